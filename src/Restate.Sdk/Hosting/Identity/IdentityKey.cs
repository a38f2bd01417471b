namespace Restate.Sdk.Hosting.Identity;

/// <summary>The public key of a Restate environment.</summary>
internal sealed class IdentityKey
{
    private const string Prefix = "publickeyv1_";

    private readonly byte[] _key;

    /// <param name="text">The key in Restate's form, <c>publickeyv1_…</c>.</param>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public IdentityKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var key = text.StartsWith(Prefix, StringComparison.Ordinal) ? Base58.Decode(text[Prefix.Length..]) : null;
        _key = key is { Length: Ed25519.PublicKeySize }
            ? key
            : throw new ArgumentException(
                $"Identity key '{text}' is not a public key of Restate: it has to be '{Prefix}' and 32 bytes in base 58.", nameof(text));
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519.Verify(_key, message, signature);
}
