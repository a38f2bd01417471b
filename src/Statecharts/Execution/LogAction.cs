namespace Statecharts;

/// <summary>Writes to the log.</summary>
internal sealed class LogAction(Func<object?, Event, object?> message) : MachineAction
{
    internal override string Name => "log";

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var text = message(actor.ShareContext(), scope.Event);
        actor.Execute(() => actor.System.AddEffect(new Log(actor.Path, text)));
    }
}
