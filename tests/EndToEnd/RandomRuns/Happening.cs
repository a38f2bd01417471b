using System.Text.Json.Nodes;

namespace EndToEnd.RandomRuns;

/// <summary>What happens to an instance from outside, one macrostep each, with what the pure engine makes of it.</summary>
/// <param name="Expected">Where the instance is afterwards.</param>
internal abstract record Happening(Expectation Expected)
{
    internal sealed record Created(Expectation Expected) : Happening(Expected);

    /// <param name="Event">The event's JSON.</param>
    /// <param name="Expected">Where the instance is afterwards.</param>
    internal sealed record Sent(string Event, Expectation Expected) : Happening(Expected);

    /// <param name="Timer">Which of the pending timers, counted from the one that was scheduled first.</param>
    /// <param name="Expected">Where the instance is afterwards.</param>
    internal sealed record Elapsed(int Timer, Expectation Expected) : Happening(Expected);

    /// <param name="Promise">The promise's path.</param>
    /// <param name="Output">What it ends with, when it does not fail.</param>
    /// <param name="Error">Why it fails; null when it does not.</param>
    /// <param name="Expected">Where the instance is afterwards.</param>
    internal sealed record Settled(string Promise, JsonNode? Output, string? Error, Expectation Expected) : Happening(Expected);
}
