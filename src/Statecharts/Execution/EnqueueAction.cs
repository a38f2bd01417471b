namespace Statecharts;

/// <summary>Carries out the actions that a function chooses (XState's enqueueActions).</summary>
sealed class EnqueueAction(Func<object?, Event, StateNode[], IReadOnlyList<MachineAction>> choose) : MachineAction
{
    internal override bool CanSchedule => true;

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        foreach (var action in choose(actor.Context, scope.Event, actor.Nodes))
            action.Resolve(actor, scope);
    }
}
