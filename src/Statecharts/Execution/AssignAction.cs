namespace Statecharts;

/// <summary>Changes the context in place, on a copy that belongs to this macrostep.</summary>
internal sealed class AssignAction(Action<object?, Event> assign) : MachineAction
{
    internal override string Name => "assign";

    internal override void Resolve(MachineActor actor, ActionScope scope) => assign(actor.MutableContext(), scope.Event);
}
