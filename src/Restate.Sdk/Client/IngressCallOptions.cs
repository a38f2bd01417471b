namespace Restate.Sdk.Client;

/// <summary>Options of a call through the ingress.</summary>
public sealed record IngressCallOptions
{
    /// <summary>Makes the handler run once for all calls with the same key, which all get the same answer; not empty.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Headers handed to the handler.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = EmptyMap.Strings;

    /// <summary>How long from now the handler starts; for sends only.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The body's media type; none is sent for an empty body.</summary>
    public string ContentType { get; init; } = "application/json";
}
