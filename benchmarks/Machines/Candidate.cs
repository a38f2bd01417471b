namespace Machines.Benchmarks;

/// <summary>One of those that are compared.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Endpoint">The process that runs the handlers.</param>
/// <param name="Send">Sends an event to a counter, with numbers that count up; null if it is not compared.</param>
/// <param name="Wait">Makes a door, closes it and waits for that; null if there is none.</param>
/// <param name="Gateway">The process of the gateway that is between the callers and the server; null if they call its ingress.</param>
internal sealed record Candidate(string Name, int Endpoint, Func<int, Task>? Send, Func<int, Task>? Wait = null, int? Gateway = null);
