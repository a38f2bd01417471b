using Restate.Sdk.Hosting;

namespace Restate.Sdk.Tests.Hosting;

public class WakeUpTimeTests
{
    [Fact]
    public void A_delay_counts_from_now()
    {
        var before = DateTimeOffset.UtcNow;
        var wakeUp = WakeUpTime.After(TimeSpan.FromDays(300));
        Assert.InRange(wakeUp - TimeSpan.FromDays(300), before, DateTimeOffset.UtcNow);
    }

    [Fact]
    public void A_delay_beyond_the_calendar_lasts_to_its_end()
    {
        Assert.Equal(DateTimeOffset.MaxValue, WakeUpTime.After(TimeSpan.FromDays(10_000 * 365.25)));
        Assert.Equal(DateTimeOffset.MaxValue, WakeUpTime.After(TimeSpan.MaxValue));
    }

    [Fact]
    public void A_negative_delay_is_none()
    {
        var before = DateTimeOffset.UtcNow;
        Assert.InRange(WakeUpTime.After(TimeSpan.FromTicks(-1)), before, DateTimeOffset.UtcNow);
        Assert.InRange(WakeUpTime.After(TimeSpan.MinValue), before, DateTimeOffset.UtcNow);
    }
}
