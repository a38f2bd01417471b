namespace Rpc.Json;

/// <summary>A number in JSON's syntax (RFC 8259, section 6), in its parts.</summary>
internal readonly ref struct JsonNumber
{
    // No text that fits in memory needs more, and sums of exponents and lengths stay clear of overflow.
    private const int MaxExponent = 1_000_000_000;

    private readonly bool _isNegative;
    private readonly ReadOnlySpan<byte> _integer;
    private readonly ReadOnlySpan<byte> _fraction;
    private readonly int _exponent;

    private JsonNumber(bool isNegative, ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction, int exponent)
    {
        _isNegative = isNegative;
        _integer = integer;
        _fraction = fraction;
        _exponent = exponent;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out JsonNumber number)
    {
        number = default;
        var isNegative = text.StartsWith((byte)'-');
        if (isNegative)
            text = text[1..];

        var integer = TakeDigits(ref text);
        if (integer.IsEmpty || (integer[0] == '0' && integer.Length > 1))
            return false;

        ReadOnlySpan<byte> fraction = default;
        if (text.StartsWith((byte)'.'))
        {
            text = text[1..];
            fraction = TakeDigits(ref text);
            if (fraction.IsEmpty)
                return false;
        }

        var exponent = 0;
        if (!text.IsEmpty && !TryTakeExponent(ref text, out exponent))
            return false;
        number = new JsonNumber(isNegative, integer, fraction, exponent);
        return text.IsEmpty;
    }

    /// <summary>
    /// The exact value if that is an integer, however it is written: <c>100</c>, <c>1e2</c>, <c>100.0</c>.
    /// </summary>
    public bool TryGetInteger(out bool isNegative, out ulong magnitude)
    {
        isNegative = _isNegative;
        magnitude = 0;
        var zeros = 0;
        if (!TryAppend(_integer, ref magnitude, ref zeros) || !TryAppend(_fraction, ref magnitude, ref zeros))
            return false;
        return magnitude == 0 || TryScale(ref magnitude, (long)zeros + _exponent - _fraction.Length);
    }

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits;
    }

    private static bool TryTakeExponent(ref ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text[0] is not ((byte)'e' or (byte)'E'))
            return false;
        text = text[1..];
        var isNegative = text.StartsWith((byte)'-');
        if (isNegative || text.StartsWith((byte)'+'))
            text = text[1..];

        var digits = TakeDigits(ref text);
        foreach (var digit in digits)
            exponent = (int)Math.Min(exponent * 10L + (digit - '0'), MaxExponent);
        if (isNegative)
            exponent = -exponent;
        return !digits.IsEmpty;
    }

    /// <summary>Appends digits, holding back zeros until it is clear that they are not trailing.</summary>
    private static bool TryAppend(ReadOnlySpan<byte> digits, ref ulong magnitude, ref int zeros)
    {
        foreach (var digit in digits)
        {
            if (digit == '0')
            {
                zeros++;
                continue;
            }

            var value = (ulong)(digit - '0');
            if ((magnitude != 0 && !TryScale(ref magnitude, zeros + 1)) || magnitude > ulong.MaxValue - value)
                return false;
            magnitude += value;
            zeros = 0;
        }

        return true;
    }

    private static bool TryScale(ref ulong magnitude, long power)
    {
        if (power is < 0 or > 19)
            return false;
        for (; power > 0; power--)
        {
            if (magnitude > ulong.MaxValue / 10)
                return false;
            magnitude *= 10;
        }

        return true;
    }
}
