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
                "Gateway:Streams:HeartbeatInterval: 00:00:00 must be more than zero",
                "Gateway:Streams:UpstreamWait: -00:00:01 must be more than zero",
                "Gateway:Streams:WatchBacklog: 0 must be at least 1",
                "Gateway:Streams:SendStreamConcurrency: 0 must be at least 1",
            ],
            new GatewayOptionsValidator().Validate(null, options).Failures);
    }
}
