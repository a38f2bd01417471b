namespace Gateway.Security;

/// <summary>
/// How callers prove who they are. With any of it, or with client certificates, every call must. Health and metrics stay open.
/// </summary>
public sealed class GatewayAuthenticationOptions
{
    /// <summary>JSON Web Tokens.</summary>
    public JwtOptions Jwt { get; } = new();

    /// <summary>API keys, one for each caller. A change takes effect with the next start.</summary>
    public IList<ApiKeyOptions> ApiKeys { get; } = [];

    /// <summary>Whether anybody may ask server reflection for the services' schema. Default: false.</summary>
    public bool AllowAnonymousReflection { get; set; }
}
