namespace Restate.Sdk.Hosting;

/// <summary>When a delay is over.</summary>
internal static class WakeUpTime
{
    /// <returns>Now when the delay is negative; the end of the year 9999 when it is later than that.</returns>
    public static DateTimeOffset After(TimeSpan delay)
    {
        var now = DateTimeOffset.UtcNow;
        if (delay < TimeSpan.Zero)
            return now;
        return delay < DateTimeOffset.MaxValue - now ? now + delay : DateTimeOffset.MaxValue;
    }
}
