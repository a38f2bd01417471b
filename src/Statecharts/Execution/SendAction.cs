namespace Statecharts;

/// <summary>Sends an event to an actor once this macrostep is through; or after a delay.</summary>
internal sealed class SendAction(
    Func<object?, Event, SendTarget> to, Func<object?, Event, Event> sent, Func<object?, Event, TimeSpan>? delay, string? id)
    : MachineAction
{
    internal override string Name => "sendTo";

    internal override bool CanSchedule => delay is not null;

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var @event = sent(actor.ShareContext(), scope.Event);
        var wait = delay?.Invoke(actor.Context, scope.Event);
        var target = to(actor.Context, scope.Event);
        ActionScope.PendingSend? pending = null;
        Actor? receiver = null;
        if (target.Kind == SendTargetKind.Child && scope.IsComing(target.Name))
            scope.ResolveLater(pending = new ActionScope.PendingSend(target.Name));
        else
            receiver = Find(actor, target);

        actor.Execute(() => actor.Defer(() =>
        {
            if ((pending?.Target ?? receiver) is not { } found)
                return;
            if (wait is { } time)
                actor.System.Schedule(actor, id, found, @event, time);
            else
                found.Send(@event);
        }));
    }

    private static Actor Find(MachineActor actor, SendTarget target) => target.Kind switch
    {
        SendTargetKind.Self => actor,
        // As in XState, where a system id that nobody has stands for the sender itself.
        SendTargetKind.System => actor.System.FindBySystemId(target.Name) ?? actor,
        SendTargetKind.Parent => actor.Parent ?? throw Unable(actor, "#_parent"),
        _ => actor.FindChild(target.Name) ?? throw Unable(actor, target.Name),
    };

    private static InvalidOperationException Unable(MachineActor actor, string target) =>
        new($"Unable to send event to actor '{target}' from machine '{actor.Machine.Id}'.");
}
