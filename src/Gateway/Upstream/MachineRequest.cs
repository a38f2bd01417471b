using Gateway.Security;

namespace Gateway.Upstream;

/// <summary>An rpc's request as the machine's handler takes it.</summary>
/// <param name="Key">The instance.</param>
/// <param name="IdempotencyKey">The request's own; null when it has none.</param>
/// <param name="Body">The handler's JSON; empty where it takes none.</param>
/// <param name="Verbs">What the caller must be allowed to do with the instance.</param>
internal sealed record MachineRequest(string Key, string? IdempotencyKey, ReadOnlyMemory<byte> Body, IReadOnlyList<MachineVerb> Verbs)
{
    /// <summary>Whether a WaitFor has an event.</summary>
    public bool HasEvent { get; init; }

    /// <summary>What a WaitFor waits for, as handlers take it.</summary>
    public string? Condition { get; init; }

    /// <summary>How long a WaitFor is to last at most; null for as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether a WaitFor is to tell of changes on the way.</summary>
    public bool IncludeChanges { get; init; }

    /// <summary>Where a Watch begins; null for now.</summary>
    public ulong? AfterRevision { get; init; }
}
