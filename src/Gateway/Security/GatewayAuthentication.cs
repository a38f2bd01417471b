namespace Gateway.Security;

/// <summary>The names of the gateway's own authentication schemes. The first takes a call to the one its credentials are for.</summary>
internal static class GatewayAuthentication
{
    public const string Scheme = "Gateway";

    public const string JwtScheme = "Gateway.Jwt";

    public const string ApiKeyScheme = "Gateway.ApiKey";

    public const string ClientCertificateScheme = "Gateway.ClientCertificate";

    /// <summary>What a token in the header <c>authorization</c> begins with.</summary>
    public const string BearerPrefix = "Bearer ";

    public static bool IsConfigured(GatewayOptions options) =>
        options.Authentication.Jwt.IsEnabled
        || options.Authentication.ApiKeys.Count > 0
        || options.Tls.ClientCertificates != ClientCertificateRequirement.None;

    /// <summary>The scheme of the credentials that a call came with: a token, an API key, else its connection's certificate.</summary>
    public static string SchemeOf(HttpContext http) =>
        http.Request.Headers.Authorization.ToString().StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? JwtScheme
        : ApiKeyAuthenticationHandler.HasKey(http.Request) ? ApiKeyScheme
        : ClientCertificateScheme;
}
