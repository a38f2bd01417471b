namespace Statecharts;

/// <summary>Puts an event into the machine's own queue, to be taken within this macrostep; or after a delay.</summary>
internal sealed class RaiseAction(Func<object?, Event, Event> raised, Func<object?, Event, TimeSpan>? delay, string? id) : MachineAction
{
    internal override string Name => "raise";

    internal override bool CanSchedule => delay is not null;

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var @event = raised(actor.ShareContext(), scope.Event);
        if (delay is null)
        {
            actor.Raise(@event);
            return;
        }
        var wait = delay(actor.Context, scope.Event);
        actor.Execute(() => actor.Defer(() => actor.System.Schedule(actor, id, actor, @event, wait)));
    }
}
