namespace Restate.Sdk;

/// <summary>Options of a one-way call.</summary>
public sealed record SendOptions
{
    /// <summary>How long from now the callee starts; null for at once. What would end after the year 9999 ends with it.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Makes the callee run once for all calls with the same key; not empty.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Headers handed to the callee.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = EmptyMap.Strings;

    /// <summary>A name for the journal entry, shown by Restate's UI.</summary>
    public string? Name { get; init; }
}
