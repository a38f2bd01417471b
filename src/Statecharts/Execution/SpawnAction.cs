namespace Statecharts;

/// <summary>Makes a child; it starts once this macrostep is through.</summary>
internal sealed class SpawnAction(
    string source,
    ActorLogic logic,
    Func<object?, Event, string> id,
    Func<object?, Event, object?>? input,
    string? systemId,
    bool syncSnapshot) : MachineAction
{
    internal override string Name => "spawnChild";

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var argument = input?.Invoke(actor.ShareContext(), scope.Event);
        var name = id(actor.Context, scope.Event);
        if (string.IsNullOrEmpty(name))
            throw new InvalidOperationException($"The id of a child that is to run '{source}' is empty.");
        var child = actor.CreateChild(source, logic, name, argument, systemId, syncSnapshot);
        actor.Execute(() => actor.Defer(child.StartUnlessStopped));
    }
}
