using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace Gateway.Security;

/// <summary>Callers, as the gateway's own schemes of authentication make them known.</summary>
internal static class CallerIdentity
{
    /// <summary>The claim with the caller's name.</summary>
    public const string NameClaim = "sub";

    private const string RoleClaim = "roles";

    public static ClaimsPrincipal OfApiKey(ApiKeyOptions key) => Create(
        GatewayAuthentication.ApiKeyScheme, key.Name, key.Claims.SelectMany(claim => claim.Value.Select(value => new Claim(claim.Key, value))));

    /// <summary>The subject's common name, and the names that the certificate is for.</summary>
    public static ClaimsPrincipal OfCertificate(X509Certificate2 certificate) => Create(
        GatewayAuthentication.ClientCertificateScheme,
        certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
        [
            new Claim("subject", certificate.Subject),
            new Claim("thumbprint", certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)),
            .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(names => names.EnumerateDnsNames()).Select(name => new Claim("dns", name)),
        ]);

    /// <summary>Who is to be counted as one caller: by its name or its subject, or else its address.</summary>
    public static string PartitionOf(HttpContext http)
    {
        // HttpContext.User would make up an anonymous one for each call.
        var user = http.Features.Get<IHttpAuthenticationFeature>()?.User;
        return user?.Identity is { IsAuthenticated: true } identity && NameOf(user) is { } name
            ? $"{identity.AuthenticationType}:{name}"
            : http.Connection.RemoteIpAddress?.ToString() ?? "";
    }

    private static string? NameOf(ClaimsPrincipal user) =>
        new[] { user.Identity?.Name, user.FindFirstValue(NameClaim), user.FindFirstValue(ClaimTypes.NameIdentifier) }
            .FirstOrDefault(name => !string.IsNullOrEmpty(name));

    private static ClaimsPrincipal Create(string scheme, string name, IEnumerable<Claim> claims) =>
        new(new ClaimsIdentity([new Claim(NameClaim, name), .. claims], scheme, NameClaim, RoleClaim));
}
