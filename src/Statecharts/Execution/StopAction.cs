namespace Statecharts;

/// <summary>Stops a child, if there is one.</summary>
internal sealed class StopAction(Func<object?, Event, string> id) : MachineAction
{
    internal override string Name => "stopChild";

    internal override void Resolve(MachineActor actor, ActionScope scope) =>
        actor.StopChild(id(actor.Context, scope.Event));
}
