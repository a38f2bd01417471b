using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>The configured API keys, which it knows by their hashes only.</summary>
internal sealed class ApiKeyRing(IOptions<GatewayOptions> options)
{
    private readonly (byte[] Hash, ClaimsPrincipal Caller)[] _keys =
        [.. options.Value.Authentication.ApiKeys.Select(key => (Convert.FromHexString(key.Sha256), CallerIdentity.OfApiKey(key)))];

    /// <summary>Whose key it is; null when it is nobody's. How long that takes says nothing about the keys there are.</summary>
    public ClaimsPrincipal? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        ClaimsPrincipal? found = null;
        foreach ((var known, var caller) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known))
                found = caller;
        }

        return found;
    }
}
