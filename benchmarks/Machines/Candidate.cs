namespace Machines.Benchmarks;

/// <summary>One of those that are compared.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Endpoint">What serves it.</param>
/// <param name="Counter">The virtual object that takes <c>increment</c>.</param>
/// <param name="Door">The virtual object that is done after <c>CLOSE</c>; null if it has none.</param>
internal sealed record Candidate(string Name, EndpointProcess Endpoint, string Counter, string? Door);
