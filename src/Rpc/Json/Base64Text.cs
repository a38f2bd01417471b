using System.Buffers;
using System.Buffers.Text;

namespace Rpc.Json;

/// <summary>The JSON form of bytes: base64 in either alphabet (RFC 4648, sections 4 and 5), padded or not.</summary>
internal static class Base64Text
{
    /// <summary>How many bytes of room decoding needs after the text.</summary>
    public const int MaxPadding = 2;

    private static readonly SearchValues<byte> Whitespace = SearchValues.Create(" \t\r\n"u8);

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    /// <summary>Decodes in place.</summary>
    /// <param name="buffer">The text, and room for padding.</param>
    /// <param name="textLength">How long the text is.</param>
    /// <param name="length">How many bytes it stands for.</param>
    public static bool TryDecode(Span<byte> buffer, int textLength, out int length)
    {
        length = 0;
        var text = buffer[..textLength];
        text.Replace((byte)'-', (byte)'+');
        text.Replace((byte)'_', (byte)'/');
        if (text.ContainsAny(Whitespace))
            return false;

        var digits = text.TrimEnd((byte)'=').Length;
        var padding = (4 - digits % 4) % 4;
        if (padding > MaxPadding || (textLength != digits && textLength != digits + padding))
            return false;
        if (padding > 0)
            ClearUnusedBits(ref text[digits - 1], padding);
        buffer.Slice(digits, padding).Fill((byte)'=');
        return Base64.DecodeFromUtf8InPlace(buffer[..(digits + padding)], out length) == OperationStatus.Done;
    }

    /// <summary>
    /// Before padding the last digit has bits that stand for nothing. Other implementations take what they are; .NET wants zeros.
    /// </summary>
    private static void ClearUnusedBits(ref byte lastDigit, int padding)
    {
        var value = Alphabet.IndexOf(lastDigit);
        if (value >= 0)
            lastDigit = Alphabet[value & (padding == 1 ? 0b111100 : 0b110000)];
    }
}
