using System.Text;
using Gateway.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Upstream;

/// <summary>The token that Restate wants, if any. One of a file is read again when it changes.</summary>
internal sealed class BearerToken
{
    /// <summary>What a token is.</summary>
    public const string Rule = "one token, printable ASCII without spaces";

    private readonly ReloadingFiles<string>? _file;
    private readonly string? _fixed;

    public BearerToken(IOptions<GatewayOptions> options, TimeProvider time, ILogger<BearerToken> logger)
    {
        var upstream = options.Value.Upstream;
        _fixed = upstream.BearerToken;
        if (upstream.BearerTokenFile is { } path)
            _file = new ReloadingFiles<string>([path], contents => Read(contents[0]), time, logger);
    }

    /// <summary>The token now.</summary>
    public string? Value => _file is null ? _fixed : _file.Value;

    /// <summary>Whether a header can carry it.</summary>
    public static bool IsValid(string token) => token.Length > 0 && !token.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>The token of a file, which may end with a line break.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static string Read(byte[] content) =>
        Encoding.UTF8.GetString(content).Trim() is var token && IsValid(token) ? token : throw new InvalidDataException($"it must hold {Rule}");
}
