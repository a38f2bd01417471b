namespace Gateway.Upstream;

/// <summary>An rpc's request as the machine's handler takes it.</summary>
/// <param name="Key">The instance.</param>
/// <param name="IdempotencyKey">The request's own; null when it has none.</param>
/// <param name="Body">The handler's JSON; empty where it takes none.</param>
internal sealed record MachineRequest(string Key, string? IdempotencyKey, ReadOnlyMemory<byte> Body);
