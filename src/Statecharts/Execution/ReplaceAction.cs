namespace Statecharts;

/// <summary>
/// Puts another context in the place of the present one. The function gets a copy: many change what they are given, and return it.
/// </summary>
internal sealed class ReplaceAction(Func<object?, Event, object?> replace) : MachineAction
{
    internal override string Name => "assign";

    internal override void Resolve(MachineActor actor, ActionScope scope) =>
        actor.ReplaceContext(replace(actor.MutableContext(), scope.Event));
}
