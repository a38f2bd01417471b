using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Tests.Security;

/// <summary>An issuer of tokens.</summary>
internal sealed class Tokens : IDisposable
{
    public const string Issuer = "https://issuer.test";
    public const string Audience = "machines";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly string _id = Guid.NewGuid().ToString("N");

    public string PublicKeyPem => _rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>The JSON Web Key Set of its one key.</summary>
    public string KeySet
    {
        get
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(includePrivateParameters: false)));
            return JsonSerializer.Serialize(new { keys = new[] { new { kty = key.Kty, n = key.N, e = key.E, kid = _id, use = "sig", alg = "RS256" } } });
        }
    }

    public string Issue(
        string subject, string issuer = Issuer, string audience = Audience, TimeSpan? lifetime = null, params (string Type, string Value)[] claims)
    {
        var expires = DateTime.UtcNow + (lifetime ?? TimeSpan.FromHours(1));
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = expires.AddHours(-2),
            IssuedAt = expires.AddHours(-2),
            Expires = expires,
            Subject = new ClaimsIdentity([new Claim("sub", subject), .. claims.Select(claim => new Claim(claim.Type, claim.Value))]),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = _id }, SecurityAlgorithms.RsaSha256),
        });
    }

    public void Dispose() => _rsa.Dispose();
}
