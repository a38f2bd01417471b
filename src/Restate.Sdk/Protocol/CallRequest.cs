namespace Restate.Sdk.Protocol;

/// <summary>What a call and a one-way call have in common on the wire.</summary>
internal readonly record struct CallRequest(
    Target Target,
    ReadOnlyMemory<byte> Input,
    string? IdempotencyKey,
    IReadOnlyDictionary<string, string> Headers,
    string? Name);
