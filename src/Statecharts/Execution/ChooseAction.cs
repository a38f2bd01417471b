namespace Statecharts;

/// <summary>Carries out one list of actions or another.</summary>
internal sealed class ChooseAction(MachineGuard guard, MachineAction[] then, MachineAction[] otherwise) : MachineAction
{
    internal override string Name => "enqueueActions";

    internal override bool CanSchedule => then.Concat(otherwise).Any(action => action.CanSchedule);

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var actions = guard.Holds(actor.Context, scope.Event, actor.Nodes) ? then : otherwise;
        foreach (var action in actions)
            action.Resolve(actor, scope);
    }
}
