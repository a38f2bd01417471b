namespace Statecharts;

/// <summary>A compiled action.</summary>
abstract class MachineAction
{
    internal abstract void Resolve(MachineActor actor, ActionScope scope);

    /// <summary>Whether it can leave an event for later, which must be forgotten when the actor ends.</summary>
    internal virtual bool CanSchedule => false;
}
