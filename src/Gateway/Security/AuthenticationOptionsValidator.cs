using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Checks the settings of tokens and API keys.</summary>
internal sealed class AuthenticationOptionsValidator : IValidateOptions<GatewayOptions>
{
    private const string Section = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Authentication)}";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = new List<string>();
        CheckJwt(options.Authentication.Jwt, problems);
        CheckApiKeys(options.Authentication.ApiKeys, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckJwt(JwtOptions jwt, List<string> problems)
    {
        const string Jwt = $"{Section}:{nameof(GatewayAuthenticationOptions.Jwt)}";
        if (!jwt.IsEnabled)
        {
            if (jwt.Issuer is not null || jwt.Audiences.Count > 0)
                problems.Add($"{Jwt}: says who issues tokens and not where its keys are: set {nameof(jwt.Authority)}, {nameof(jwt.JwksUrl)} or {nameof(jwt.KeysFile)}");
            return;
        }

        if (new object?[] { jwt.Authority, jwt.JwksUrl, jwt.KeysFile }.OfType<object>().Count() > 1)
            problems.Add($"{Jwt}: keys come from one place: set one of {nameof(jwt.Authority)}, {nameof(jwt.JwksUrl)} and {nameof(jwt.KeysFile)}");
        CheckAddress(nameof(jwt.Authority), jwt.Authority);
        CheckAddress(nameof(jwt.JwksUrl), jwt.JwksUrl);
        if (jwt.KeysFile is { } path)
            CheckKeys(path);
        if (jwt.Authority is null && string.IsNullOrEmpty(jwt.Issuer))
            problems.Add($"{Jwt}:{nameof(jwt.Issuer)}: is required: the 'iss' of the tokens");
        if (jwt.Audiences.Count == 0)
            problems.Add($"{Jwt}:{nameof(jwt.Audiences)}: is required: the 'aud' of tokens that are meant for this gateway");
        if (jwt.RoleClaim.Length == 0)
            problems.Add($"{Jwt}:{nameof(jwt.RoleClaim)}: must name a claim");

        void CheckAddress(string option, Uri? address)
        {
            if (address is not null && !(address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
                problems.Add($"{Jwt}:{option}: '{address}' is not an https address");
        }

        void CheckKeys(string path)
        {
            try
            {
                SigningKeys.Read(File.ReadAllBytes(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
            {
                problems.Add($"{Jwt}:{nameof(jwt.KeysFile)}: '{path}' cannot be used: {e.Message}");
            }
        }
    }

    private static void CheckApiKeys(IList<ApiKeyOptions> keys, List<string> problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var hashes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < keys.Count; i++)
        {
            var setting = $"{Section}:{nameof(GatewayAuthenticationOptions.ApiKeys)}:{i}";
            var key = keys[i];
            if (string.IsNullOrEmpty(key.Name))
                problems.Add($"{setting}:{nameof(key.Name)}: is required: who has the key");
            else if (!names.Add(key.Name))
                problems.Add($"{setting}:{nameof(key.Name)}: '{key.Name}' has a key already; give each key a name of its own");
            if (key.Sha256?.Length != 2 * SHA256.HashSizeInBytes || key.Sha256.AsSpan().ContainsAnyExcept(HexDigits))
                problems.Add($"{setting}:{nameof(key.Sha256)}: must be the key's SHA-256 hash, 64 hexadecimal digits: printf %s \"$KEY\" | sha256sum");
            else if (!hashes.Add(key.Sha256))
                problems.Add($"{setting}:{nameof(key.Sha256)}: is the hash of another entry, too; give each caller a key of its own");
            if (key.Claims.ContainsKey(CallerIdentity.NameClaim))
                problems.Add($"{setting}:{nameof(key.Claims)}: '{CallerIdentity.NameClaim}' is the key's name and cannot be set");
        }
    }
}
