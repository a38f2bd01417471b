namespace Gateway.Security;

/// <summary>One caller's API key, sent as <c>x-api-key: …</c> or <c>authorization: ApiKey …</c>.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>Who has the key: the caller's <c>sub</c> claim.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// The SHA-256 hash of the key, 64 hexadecimal digits: <c>printf %s "$KEY" | sha256sum</c>. The key has to be random, such as
    /// <c>openssl rand -hex 32</c> makes it: what people can think up can be found from its hash.
    /// </summary>
    public string Sha256 { get; set; } = "";

    /// <summary>What else is known of the caller, for authorization rules: claims and their values, <c>roles</c> among them.</summary>
    public IDictionary<string, string[]> Claims { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal);
}
