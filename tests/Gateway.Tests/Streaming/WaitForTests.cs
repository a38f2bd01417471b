using Machines.V1;
using Orders.V1;

namespace Gateway.Tests.Streaming;

public class WaitForTests
{
    [Fact]
    public async Task A_wait_beats_until_it_is_over()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, options => options.HeartbeatInterval = TimeSpan.FromMilliseconds(50));
        await using var stream = WaitForDone(gateway, "beats", includeChanges: false).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.NotEmpty(stream.Current.Started.IdempotencyKey);
        for (var beat = 0; beat < 3; beat++)
        {
            Assert.True(await stream.MoveNextAsync());
            Assert.Equal(WaitForResponse.ResponseOneofCase.Heartbeat, stream.Current.ResponseCase);
        }

        machines["beats"].Advance(isDone: true);
        do
            Assert.True(await stream.MoveNextAsync());
        while (stream.Current.ResponseCase == WaitForResponse.ResponseOneofCase.Heartbeat);
        Assert.Equal(2ul, stream.Current.Matched.Info.Revision);
        Assert.False(await stream.MoveNextAsync());
    }

    [Fact]
    public async Task Changes_are_told_on_request_and_only_the_latest_to_a_client_that_does_not_read()
    {
        await using var machines = await FakeMachines.StartAsync(snapshotBytes: FakeMachines.LargeSnapshot);
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var instance = machines["changes"];
        await using var stream = WaitForDone(gateway, "changes", includeChanges: true).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(1ul, stream.Current.Changed.Info.Revision);

        for (var step = 0; step < 200; step++)
        {
            await instance.IsWaitedForAsync(waits: 2);
            instance.Advance();
        }

        instance.Advance(isDone: true);
        var revisions = new List<ulong>();
        while (await stream.MoveNextAsync() && stream.Current.ResponseCase == WaitForResponse.ResponseOneofCase.Changed)
            revisions.Add(stream.Current.Changed.Info.Revision);
        Assert.Equal(202ul, stream.Current.Matched.Info.Revision);
        Assert.InRange(revisions.Count, 1, 50);
        Assert.Equal(revisions.Distinct().Order(), revisions);
    }

    private static IAsyncEnumerable<WaitForResponse> WaitForDone(StreamingGateway gateway, string key, bool includeChanges) =>
        gateway.Client.StreamAsync<WaitForResponse>(
            "WaitFor", new WaitForRequest { Key = key, Condition = new Condition { Done = true }, IncludeChanges = includeChanges });
}
