using System.Text.Json.Nodes;

namespace EndToEnd.RandomRuns;

/// <summary>Where an instance is, and what it still wants of the outside.</summary>
/// <param name="Snapshot">The snapshot as callers see it, less the version.</param>
/// <param name="Timers">The pending timers in the order they were scheduled: who sent each, and the name it can be cancelled by.</param>
/// <param name="Promises">The paths of the promises under way, in the order they began.</param>
internal sealed record Expectation(JsonObject Snapshot, IReadOnlyList<(string? Actor, string? Id)> Timers, IReadOnlyList<string> Promises)
{
    public ulong Revision => Snapshot["revision"]!.GetValue<ulong>();
}
