namespace Statecharts;

/// <summary>Asks the host to carry out an action of its own.</summary>
internal sealed class CustomAction(string name, Func<object?, Event, object?>? parameters) : MachineAction
{
    internal override string Name { get; } = name;

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var values = parameters?.Invoke(actor.ShareContext(), scope.Event);
        actor.Execute(() => actor.System.AddEffect(new ExecuteAction(actor.Path, Name, values, actor.Machine.DataModel)));
    }
}
