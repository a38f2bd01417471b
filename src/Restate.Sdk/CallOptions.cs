namespace Restate.Sdk;

/// <summary>Options of a call from one handler to another.</summary>
public sealed record CallOptions
{
    /// <summary>Makes the callee run once for all calls with the same key; not empty.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Headers handed to the callee.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = EmptyMap.Strings;

    /// <summary>A name for the journal entry, shown by Restate's UI.</summary>
    public string? Name { get; init; }
}
