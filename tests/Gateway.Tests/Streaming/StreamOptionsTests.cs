namespace Gateway.Tests.Streaming;

public class StreamOptionsTests
{
    [Fact]
    public void What_cannot_be_is_said_with_its_setting()
    {
        var options = new GatewayOptions
        {
            Streams = { HeartbeatInterval = TimeSpan.Zero, UpstreamWait = TimeSpan.FromSeconds(-1), WatchBacklog = 0, SendStreamConcurrency = 0 },
        };
        Assert.Equal(
            [
                "Gateway:Streams:HeartbeatInterval: 00:00:00 must be from 1 ms to 24 days",
                "Gateway:Streams:UpstreamWait: -00:00:01 must be from 1 ms to 24 days",
                "Gateway:Streams:WatchBacklog: 0 must be at least 1",
                "Gateway:Streams:SendStreamConcurrency: 0 must be at least 1",
            ],
            new GatewayOptionsValidator().Validate(null, options).Failures);
    }

    [Fact]
    public void Durations_that_no_timer_can_hold_are_said_with_their_setting()
    {
        var options = new GatewayOptions
        {
            PollInterval = TimeSpan.FromTicks(1),
            RetryTimeout = TimeSpan.MaxValue,
            Streams = { HeartbeatInterval = TimeSpan.FromDays(50), UpstreamWait = TimeSpan.FromMicroseconds(999) },
            Upstream = { ProbeInterval = TimeSpan.FromDays(25) },
        };
        Assert.Equal(
            ["PollInterval", "RetryTimeout", "Streams:HeartbeatInterval", "Streams:UpstreamWait", "Upstream:ProbeInterval"],
            new GatewayOptionsValidator().Validate(null, options).Failures?.Select(failure => failure["Gateway:".Length..failure.IndexOf(": ", StringComparison.Ordinal)]));
    }
}
