namespace Statecharts;

/// <summary>A compiled action.</summary>
internal abstract class MachineAction
{
    /// <summary>What it is called in the JSON config and in diagrams.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether the definition implies it: what starts and cancels the delays of a state.</summary>
    internal bool IsImplied { get; init; }

    internal abstract void Resolve(MachineActor actor, ActionScope scope);

    /// <summary>Whether it can leave an event for later, which must be forgotten when the actor ends.</summary>
    internal virtual bool CanSchedule => false;
}
