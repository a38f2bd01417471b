using System.Globalization;

namespace Rpc.Json;

/// <summary>The JSON form of google.protobuf.Timestamp: RFC 3339, years 0001 to 9999.</summary>
internal static class TimestampText
{
    public const int MaxLength = 30;

    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;

    /// <returns>False if the timestamp is out of range.</returns>
    public static bool TryFormat(long seconds, int nanos, Span<byte> text, out int length)
    {
        length = 0;
        if (seconds is < MinSeconds or > MaxSeconds || nanos is < 0 or >= SecondsFraction.NanosPerSecond)
            return false;

        DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond).TryFormat(text, out length, "s", CultureInfo.InvariantCulture);
        length += SecondsFraction.Format(text[length..], nanos);
        text[length++] = (byte)'Z';
        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds, out int nanos)
    {
        seconds = nanos = 0;
        if (!TryTake(ref text, 4, '-', out var year) || !TryTake(ref text, 2, '-', out var month) || !TryTake(ref text, 2, 'T', out var day)
            || !TryTake(ref text, 2, ':', out var hour) || !TryTake(ref text, 2, ':', out var minute) || !TryTake(ref text, 2, out var second)
            || !SecondsFraction.TryTake(ref text, out nanos) || !TryTakeOffset(ref text, out var offset) || !text.IsEmpty)
        {
            return false;
        }

        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        seconds -= offset;
        return seconds is >= MinSeconds and <= MaxSeconds;
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.IsEmpty)
            return false;
        var sign = text[0];
        text = text[1..];
        if (sign == 'Z')
            return true;
        if (sign is not ((byte)'+' or (byte)'-') || !TryTake(ref text, 2, ':', out var hours) || !TryTake(ref text, 2, out var minutes)
            || hours > 23 || minutes > 59)
        {
            return false;
        }

        seconds = (hours * 60 + minutes) * 60;
        if (sign == '-')
            seconds = -seconds;
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, int digits, char separator, out int value)
    {
        if (!TryTake(ref text, digits, out value) || !text.StartsWith((byte)separator))
            return false;
        text = text[1..];
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, int digits, out int value)
    {
        value = 0;
        if (text.Length < digits || text[..digits].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        foreach (var digit in text[..digits])
            value = value * 10 + (digit - '0');
        text = text[digits..];
        return true;
    }
}
