namespace Machines.Runtime;

/// <summary>A <c>waitFor</c> that is not over.</summary>
/// <param name="Condition">What it waits for, as it was asked.</param>
/// <param name="Awakeable">Where its answer goes.</param>
internal sealed record Waiter(string Condition, string Awakeable);
