namespace Machines;

/// <summary>A durable action with what a transition computed for it.</summary>
internal sealed record DurableActionCall(DurableAction Action, object? Parameters);
