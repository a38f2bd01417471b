using System.Buffers.Text;

namespace Rpc.Json;

/// <summary>The fraction of a second in the JSON form of timestamps and durations.</summary>
internal static class SecondsFraction
{
    public const int NanosPerSecond = 1_000_000_000;

    /// <summary>Writes nothing, or a point and as many digits as are needed of 3, 6 or 9.</summary>
    /// <returns>How many bytes were written, at most ten.</returns>
    public static int Format(Span<byte> text, int nanos)
    {
        if (nanos == 0)
            return 0;
        var (value, digits) = nanos % 1_000_000 == 0 ? (nanos / 1_000_000, 3)
            : nanos % 1_000 == 0 ? (nanos / 1_000, 6)
            : (nanos, 9);
        text[0] = (byte)'.';
        Utf8Formatter.TryFormat(value, text[1..], out _, new('D', (byte)digits));
        return digits + 1;
    }

    /// <summary>Takes a point and one to nine digits off the start of the text, if it starts with a point.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> text, out int nanos)
    {
        nanos = 0;
        if (!text.StartsWith((byte)'.'))
            return true;

        var i = 1;
        for (var unit = NanosPerSecond / 10; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9'; i++, unit /= 10)
        {
            if (unit == 0)
                return false;
            nanos += (text[i] - '0') * unit;
        }

        text = text[i..];
        return i > 1;
    }
}
