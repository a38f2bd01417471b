using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Restate.Sdk.Hosting.Identity;

/// <summary>Tells requests of one's own Restate from others', by the JSON web token they are signed with.</summary>
internal sealed class RequestIdentity(IEnumerable<string> keys, TimeProvider time)
{
    private const string SchemeHeader = "x-restate-signature-scheme";
    private const string TokenHeader = "x-restate-jwt-v1";
    private const string SignedScheme = "v1";

    private readonly IdentityKey[] _keys = [.. keys.Select(key => new IdentityKey(key))];

    /// <summary>False when there is no key, so that nothing can be told.</summary>
    public bool IsConfigured => _keys.Length > 0;

    /// <summary>Why a request is not to be trusted; null when it is.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="audience">The path that the token has to be made for, without any prefix.</param>
    public string? Refuse(IHeaderDictionary headers, string audience)
    {
        if (!IsConfigured)
            return null;

        var scheme = headers[SchemeHeader].ToString();
        if (scheme != SignedScheme)
            return scheme.Length == 0 ? "it is not signed" : $"its signature scheme is '{scheme}', not '{SignedScheme}'";

        var parts = headers[TokenHeader].ToString().Split('.');
        if (parts.Length != 3)
            return $"its {TokenHeader} header is no token";

        try
        {
            using var header = Decode(parts[0]);
            if (!header.RootElement.TryGetProperty("alg", out var algorithm) || !algorithm.ValueEquals("EdDSA"))
                return "its token is not signed with EdDSA";

            var message = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            var signature = Base64Url.DecodeFromChars(parts[2]);
            if (!Array.Exists(_keys, key => key.Verify(message, signature)))
                return "its signature is of none of the keys configured";

            using var claims = Decode(parts[1]);
            return RefuseClaims(claims.RootElement, audience);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return "its token is malformed";
        }
    }

    private static JsonDocument Decode(string part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part));

    private string? RefuseClaims(JsonElement claims, string audience)
    {
        if (!claims.TryGetProperty("aud", out var aud) || !aud.ValueEquals(audience))
            return "its token is for another path";

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (!claims.TryGetProperty("exp", out var expires) || expires.GetInt64() <= now)
            return "its token has expired";
        if (!claims.TryGetProperty("nbf", out var notBefore) || notBefore.GetInt64() > now)
            return "its token is not valid yet";
        return null;
    }
}
