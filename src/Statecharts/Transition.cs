namespace Statecharts;

/// <summary>A transition of a compiled machine.</summary>
public sealed class Transition
{
    internal Transition(
        StateNode source, string eventType, StateNode[]? targets, bool reenter, MachineGuard? guard, MachineAction[] actions)
    {
        Source = source;
        EventType = eventType;
        TargetNodes = targets;
        Reenter = reenter;
        GuardNode = guard;
        ActionNodes = actions;
        Alone = [this];
        RecallsHistory = targets is not null && Array.Exists(targets, target => target.Kind == StateNodeKind.History);
        if (!RecallsHistory)
            FixedDomain = ExitSet.Domain(this, targets ?? []);
    }

    /// <summary>The state that it belongs to.</summary>
    public StateNode Source { get; }

    /// <summary>The event descriptor that it answers to; empty for a transition that needs no event.</summary>
    public string EventType { get; }

    /// <summary>The states it leads to; empty when it stays where it is.</summary>
    public IReadOnlyList<StateNode> Targets => TargetNodes ?? [];

    /// <summary>Whether it leaves and enters its source even when the target lies within it.</summary>
    public bool Reenter { get; }

    /// <summary>What guards it, for people; null when nothing does.</summary>
    public string? Guard => GuardNode?.Name;

    /// <summary>What it does, for people: the names of its actions.</summary>
    public IEnumerable<string> Actions => ActionNodes.Select(action => action.Name);

    /// <summary>Whether it exists only to keep the states around it from answering the event.</summary>
    public bool IsForbidden => TargetNodes is null && ActionNodes.Length == 0;

    /// <summary>What it is about, for people.</summary>
    public string? Description { get; internal set; }

    internal StateNode[]? TargetNodes { get; }

    internal MachineGuard? GuardNode { get; }

    internal MachineAction[] ActionNodes { get; }

    /// <summary>A list of this transition only, which most events need and none has to make.</summary>
    internal Transition[] Alone { get; }

    /// <summary>Whether a target is a history state, so that where it leads depends on what was active before.</summary>
    internal bool RecallsHistory { get; }

    /// <summary>The state within which it happens, when that does not depend on history.</summary>
    internal StateNode? FixedDomain { get; }

    internal bool HasTargets => TargetNodes is { Length: > 0 };

    /// <summary>The transition in one line, for messages.</summary>
    public override string ToString() =>
        $"{Source.Id} --{(EventType.Length == 0 ? "always" : EventType)}--> "
        + (HasTargets ? string.Join(", ", TargetNodes!.Select(t => t.Id)) : "(stays)");
}
