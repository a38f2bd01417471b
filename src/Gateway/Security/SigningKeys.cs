using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Security;

/// <summary>Reads the keys that tokens are signed with.</summary>
internal static class SigningKeys
{
    /// <summary>Reads a JSON Web Key Set, or one public key or certificate as PEM.</summary>
    /// <exception cref="ArgumentException">It is none of them, or a set without keys.</exception>
    /// <exception cref="CryptographicException">It is PEM of something else.</exception>
    public static IReadOnlyList<SecurityKey> Read(byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        if (text.TrimStart().StartsWith('{'))
            return JsonWebKeySet.Create(text).GetSigningKeys() is { Count: > 0 } keys ? [.. keys] : throw new ArgumentException("The key set holds no key that signs tokens.");
        if (text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            return [new X509SecurityKey(X509Certificate2.CreateFromPem(text))];

        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            return [new RsaSecurityKey(rsa)];
        }
        catch (CryptographicException)
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(text);
            return [new ECDsaSecurityKey(ecdsa)];
        }
    }
}
