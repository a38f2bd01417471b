namespace Statecharts;

/// <summary>Forgets an event that the actor scheduled.</summary>
internal sealed class CancelAction(Func<object?, Event, string> id) : MachineAction
{
    internal override string Name => "cancel";

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var name = id(actor.Context, scope.Event);
        actor.Execute(() => actor.Defer(() => actor.System.AddEffect(new CancelScheduled(actor.Path, name))));
    }
}
