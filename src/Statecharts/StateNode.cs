using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>A state of a compiled machine.</summary>
public sealed class StateNode
{
    private static readonly Transition[] s_none = [];

    // Exact descriptors with the wildcards that match them behind, and the wildcards alone (longest first) for the rest.
    private Dictionary<string, Transition[]> _candidates = [];
    private KeyValuePair<string, Transition[]>[] _wildcards = [];

    internal StateNode(StateMachine machine, StateNode? parent, string key, int index)
    {
        Machine = machine;
        Parent = parent;
        Key = key;
        Index = index;
        Path = parent is null ? "" : parent.Parent is null ? key : $"{parent.Path}.{key}";
    }

    /// <summary>The machine that it is a state of.</summary>
    public StateMachine Machine { get; }

    /// <summary>The state around it; null for the root.</summary>
    public StateNode? Parent { get; }

    /// <summary>Its name among its siblings.</summary>
    public string Key { get; }

    /// <summary>Its names from the root down, dotted; empty for the root.</summary>
    public string Path { get; }

    /// <summary>Its id, unique in the machine: by default the machine's id and <see cref="Path"/>, dotted.</summary>
    public string Id { get; internal set; } = "";

    /// <summary>Its place in document order; the root is 0, a parent comes before its children.</summary>
    public int Index { get; }

    /// <summary>What it is.</summary>
    public StateNodeKind Kind { get; internal set; }

    /// <summary>How much it recalls, when it is a history state.</summary>
    public HistoryKind History { get; internal set; }

    /// <summary>Its children, in document order.</summary>
    public IReadOnlyList<StateNode> Children => ChildNodes;

    /// <summary>The child to enter by default, when it is compound.</summary>
    public StateNode? Initial { get; internal set; }

    /// <summary>All its transitions but those of <see cref="Always"/>, in the order they are tried for one event type.</summary>
    public IReadOnlyList<Transition> Transitions { get; internal set; } = s_none;

    /// <summary>The transitions that need no event.</summary>
    public IReadOnlyList<Transition> Always => AlwaysTransitions;

    /// <summary>What is invoked while it is active.</summary>
    public IReadOnlyList<Invocation> Invocations => InvocationArray;

    /// <summary>What happens on entry, for people: the names of the actions.</summary>
    public IEnumerable<string> EntryActions => Entry.Where(action => !action.IsImplied).Select(action => action.Name);

    /// <summary>What happens on exit, for people: the names of the actions.</summary>
    public IEnumerable<string> ExitActions => Exit.Where(action => !action.IsImplied).Select(action => action.Name);

    /// <summary>Its tags.</summary>
    public IReadOnlyList<string> Tags { get; internal set; } = [];

    /// <summary>What it is about, for people.</summary>
    public string? Description { get; internal set; }

    /// <summary>Data for tools; the engine does not look at it.</summary>
    public JsonNode? Meta { get; internal set; }

    /// <summary>The index of its last descendant; its own when it has none.</summary>
    internal int LastIndex { get; set; }

    internal StateNode[] ChildNodes { get; set; } = [];

    /// <summary>The children that can be active: all but history states.</summary>
    internal StateNode[] RealChildren { get; set; } = [];

    internal StateNode[] HistoryChildren { get; set; } = [];

    /// <summary>Where a history state leads when there is nothing to recall; null for its parent's default.</summary>
    internal StateNode[]? HistoryTargets { get; set; }

    internal MachineAction[] Entry { get; set; } = [];

    internal MachineAction[] Exit { get; set; } = [];

    internal MachineAction[] InitialActions { get; set; } = [];

    internal Invocation[] InvocationArray { get; set; } = [];

    internal Transition[] AlwaysTransitions { get; set; } = s_none;

    internal Func<object?, Event, object?>? Output { get; set; }

    internal string DoneEventType { get; set; } = "";

    internal IEnumerable<string> Descriptors => _candidates.Keys.Concat(_wildcards.Select(w => w.Key)).Distinct();

    internal bool IsAtomic => Kind is StateNodeKind.Atomic or StateNodeKind.Final;

    internal bool IsProperDescendantOf(StateNode ancestor) => ancestor.Index < Index && Index <= ancestor.LastIndex;

    internal StateNode? Child(string key)
    {
        foreach (var child in ChildNodes)
        {
            if (child.Key == key)
                return child;
        }
        return null;
    }

    internal void SetTransitions(IReadOnlyList<KeyValuePair<string, Transition[]>> byDescriptor)
    {
        Transitions = [.. byDescriptor.SelectMany(pair => pair.Value)];
        _wildcards = [.. byDescriptor
            .Where(pair => EventDescriptor.IsWildcard(pair.Key))
            .OrderByDescending(pair => pair.Key.Length)];
        _candidates = new Dictionary<string, Transition[]>(byDescriptor.Count, StringComparer.Ordinal);
        foreach (var (descriptor, transitions) in byDescriptor)
        {
            _candidates[descriptor] = _wildcards.Length == 0
                ? transitions
                : [.. transitions, .. WildcardCandidates(descriptor).Where(t => t.EventType != descriptor)];
        }
    }

    /// <summary>The transitions to try for an event type, in order.</summary>
    internal Transition[] Candidates(string eventType) =>
        _candidates.TryGetValue(eventType, out var exact) ? exact
        : _wildcards.Length == 0 ? s_none
        : [.. WildcardCandidates(eventType)];

    private IEnumerable<Transition> WildcardCandidates(string eventType) =>
        _wildcards.Where(pair => EventDescriptor.Matches(pair.Key, eventType)).SelectMany(pair => pair.Value);

    /// <summary>The state's id.</summary>
    public override string ToString() => Id;
}
