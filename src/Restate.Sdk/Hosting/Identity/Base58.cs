using System.Numerics;

namespace Restate.Sdk.Hosting.Identity;

/// <summary>Bitcoin's base 58, in which Restate writes public keys.</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <returns>The bytes; null when a character is not of the alphabet.</returns>
    public static byte[]? Decode(string text)
    {
        BigInteger value = 0;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
                return null;
            value = (value * Alphabet.Length) + digit;
        }

        var leadingZeros = text.TakeWhile(c => c == Alphabet[0]).Count();
        var bytes = value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[leadingZeros], .. bytes];
    }
}
