namespace Machines.Runtime;

/// <summary>A <c>waitFor</c> that is not over.</summary>
/// <param name="Condition">What it waits for, as it was asked.</param>
/// <param name="Awakeable">Where its answer goes, if it put itself in place.</param>
/// <param name="Invocation">The invocation that gets its answer as a signal, if <c>sendAndWaitFor</c> put it in place.</param>
internal sealed record Waiter(string Condition, string? Awakeable = null, string? Invocation = null)
{
    /// <summary>The signal that brings the answer.</summary>
    public const string Decided = "decided";
}
