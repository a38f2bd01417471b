namespace Statecharts;

/// <summary>Tells those who listen to the actor.</summary>
internal sealed class EmitAction(Func<object?, Event, Event> emitted) : MachineAction
{
    internal override string Name => "emit";

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var @event = emitted(actor.ShareContext(), scope.Event);
        actor.Execute(() => actor.Defer(() => actor.System.AddEffect(new Emit(actor.Path, @event))));
    }
}
