namespace Statecharts;

/// <summary>Makes a child; it starts once this macrostep is through.</summary>
sealed class SpawnAction(
    ActorLogic logic, Func<object?, Event, string> id, Func<object?, Event, object?>? input, string? systemId, bool syncSnapshot)
    : MachineAction
{
    internal ActorLogic Logic { get; } = logic;

    internal override void Resolve(MachineActor actor, ActionScope scope)
    {
        var argument = input?.Invoke(actor.Context, scope.Event);
        var child = actor.CreateChild(Logic, id(actor.Context, scope.Event), argument, systemId, syncSnapshot);
        actor.Execute(() => actor.Defer(child.StartUnlessStopped));
    }
}
