namespace Statecharts;

/// <summary>The result of taking one event to the end: where the instance is now, and what is left to do outside.</summary>
/// <param name="Snapshot">The instance. The same object as before when nothing changed.</param>
/// <param name="Effects">What the host has to carry out, in this order.</param>
public sealed record Macrostep(Snapshot Snapshot, IReadOnlyList<Effect> Effects);
