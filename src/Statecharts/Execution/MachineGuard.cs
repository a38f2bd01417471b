namespace Statecharts;

/// <summary>A compiled guard.</summary>
/// <param name="name">What it is called in error messages and diagrams; null when it has no name.</param>
/// <param name="holds">Whether it holds for a context, an event and the active states.</param>
internal sealed class MachineGuard(string? name, Func<object?, Event, StateNode[], bool> holds)
{
    internal string? Name { get; } = name;

    internal bool Holds(object? context, Event @event, StateNode[] active) => holds(context, @event, active);
}
