using System.Buffers.Text;

namespace Rpc.Json;

/// <summary>The JSON form of google.protobuf.Duration: seconds with a fraction, and an <c>s</c>.</summary>
internal static class DurationText
{
    public const int MaxLength = 24;

    private const long MaxSeconds = 315_576_000_000;

    /// <returns>False if the duration is out of range, or its seconds and nanos differ in sign.</returns>
    public static bool TryFormat(long seconds, int nanos, Span<byte> text, out int length)
    {
        length = 0;
        if (seconds is < -MaxSeconds or > MaxSeconds || nanos is <= -SecondsFraction.NanosPerSecond or >= SecondsFraction.NanosPerSecond
            || (seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0))
        {
            return false;
        }

        if (seconds < 0 || nanos < 0)
            text[length++] = (byte)'-';
        Utf8Formatter.TryFormat(Math.Abs(seconds), text[length..], out var digits);
        length += digits;
        length += SecondsFraction.Format(text[length..], Math.Abs(nanos));
        text[length++] = (byte)'s';
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds, out int nanos)
    {
        seconds = nanos = 0;
        var isNegative = text.StartsWith((byte)'-');
        if (isNegative)
            text = text[1..];
        if (text.IsEmpty || text[0] is < (byte)'0' or > (byte)'9' || !Utf8Parser.TryParse(text, out seconds, out var consumed))
            return false;
        text = text[consumed..];
        if (!SecondsFraction.TryTake(ref text, out nanos) || !text.SequenceEqual("s"u8) || seconds > MaxSeconds)
            return false;
        if (isNegative)
            (seconds, nanos) = (-seconds, -nanos);
        return true;
    }
}
