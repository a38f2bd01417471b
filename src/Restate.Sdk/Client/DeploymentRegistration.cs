namespace Restate.Sdk.Client;

/// <summary>Options for registering an endpoint.</summary>
public sealed record DeploymentRegistration
{
    /// <summary>
    /// True to replace a deployment that has the same address. Invocations that run on the old code may then not fit the new one.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>True to allow changes that callers may not expect, such as another service type.</summary>
    public bool Breaking { get; init; }

    /// <summary>True to speak HTTP/1.1 to the endpoint, which also means request/response mode.</summary>
    public bool UseHttp11 { get; init; }

    /// <summary>True to only find out what registering would do.</summary>
    public bool DryRun { get; init; }

    /// <summary>Headers that Restate adds to each request to the endpoint.</summary>
    public IReadOnlyDictionary<string, string> AdditionalHeaders { get; init; } = EmptyMap.Strings;
}
