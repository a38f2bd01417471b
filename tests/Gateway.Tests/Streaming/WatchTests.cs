using EndToEnd;
using Orders.V1;
using Rpc;

namespace Gateway.Tests.Streaming;

public class WatchTests
{
    [Fact]
    public async Task A_watcher_that_does_not_read_is_told_the_latest_and_how_much_it_missed()
    {
        await using var machines = await FakeMachines.StartAsync(snapshotBytes: FakeMachines.LargeSnapshot);
        await using var gateway = await StreamingGateway.StartAsync(machines, options => options.WatchBacklog = 4);
        var messages = await ReadLateAsync(machines["slow"], gateway, steps: 200);

        Assert.InRange(messages.Count, 2, 50);
        Assert.Equal(201ul, messages[^1].Info.Revision);
        Assert.Equal(200ul, messages.Aggregate(0ul, (total, message) => total + message.Info.Skipped + 1));
        Assert.All(messages, message => Assert.Equal(message.Info.Revision, message.Snapshot.Info.Revision));
        Assert.Equal(messages.Select(message => message.Info.Revision).Order(), messages.Select(message => message.Info.Revision));
    }

    [Fact]
    public async Task A_watcher_that_does_not_read_loses_no_step_of_a_machine_that_keeps_them()
    {
        await using var machines = await FakeMachines.StartAsync(history: 1000, snapshotBytes: FakeMachines.LargeSnapshot);
        await using var gateway = await StreamingGateway.StartAsync(machines, options => options.WatchBacklog = 4);
        var messages = await ReadLateAsync(machines["slow"], gateway, steps: 200);

        Assert.Equal(Enumerable.Range(2, 200), messages.Select(message => (int)message.Info.Revision));
        Assert.All(messages, message => Assert.Equal((0ul, "STEP"), (message.Info.Skipped, message.Info.Transition.EventType)));
        Assert.InRange(messages.Count(message => message.Snapshot is not null), 2, 50);
        Assert.NotNull(messages[^1].Snapshot);
    }

    [Fact]
    public async Task A_gap_in_the_history_is_told_with_the_oldest_revision_there_is()
    {
        await using var machines = await FakeMachines.StartAsync(history: 5);
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        for (var step = 0; step < 19; step++)
            machines["compacted"].Advance(isDone: step == 18);

        var messages = await ReadAllAsync(Watch(gateway, "compacted", after: 3));
        Assert.Equal([16, 17, 18, 19, 20], messages.Select(message => (int)message.Info.Revision));
        Assert.Equal((12ul, 16ul), (messages[0].Info.Skipped, messages[0].Info.Compacted.OldestRevision));
        Assert.All(messages.Skip(1), message => Assert.Null(message.Info.Compacted));
        Assert.Equal("open", Assert.Single(messages[0].Info.Transition.States));
        Assert.Equal(new DateTime(2026, 11, 21, 21, 4, 5, 123, DateTimeKind.Utc), messages[0].Info.Transition.Time.ToDateTime());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_instance_that_is_busy_is_waited_for_and_was_not_reset(ulong after)
    {
        await using var machines = await FakeMachines.StartAsync(history: 10);
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var instance = machines["busy"];
        instance.Advance();
        instance.Advance(isDone: true);
        instance.LateWaits = 2;

        var messages = await ReadAllAsync(Watch(gateway, "busy", after));
        Assert.Equal([(after, true), (after, true)], messages.Take(2).Select(message => (message.Info.Revision, message.Info.Progress)));
        Assert.Equal(
            Enumerable.Range((int)after + 1, 3 - (int)after).Select(revision => ((ulong)revision, false)),
            messages.Skip(2).Select(message => (message.Info.Revision, message.Info.Progress)));
        Assert.DoesNotContain(messages, message => message.Info.Reset);
    }

    [Fact]
    public async Task An_instance_that_is_busy_after_a_reset_is_waited_for()
    {
        await using var machines = await FakeMachines.StartAsync(history: 10);
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var instance = machines["busy"];
        instance.Advance();
        await using var watcher = Watch(gateway, "busy").GetAsyncEnumerator();
        Assert.True(await watcher.MoveNextAsync());
        await instance.IsWaitedForAsync();

        instance.Reset();
        instance.LateWaits = 2;
        instance.Advance(isDone: true);
        Assert.True(await watcher.MoveNextAsync());
        Assert.Equal((1ul, true), (watcher.Current.Info.Revision, watcher.Current.Info.Reset));
        Assert.True(await watcher.MoveNextAsync());
        Assert.Equal((2ul, false), (watcher.Current.Info.Revision, watcher.Current.Info.Reset));
        Assert.False(await watcher.MoveNextAsync());
    }

    [Fact]
    public async Task A_reset_that_a_watcher_sees_before_the_others_is_told_once()
    {
        await using var machines = await FakeMachines.StartAsync(history: 10);
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var instance = machines["reset"];
        instance.Advance();
        await using var first = Watch(gateway, "reset").GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        await instance.IsWaitedForAsync();

        instance.Reset();
        await using var second = Watch(gateway, "reset", after: 5).GetAsyncEnumerator();
        Assert.True(await second.MoveNextAsync());
        Assert.Equal((1ul, true), (second.Current.Info.Revision, second.Current.Info.Reset));

        instance.Advance(isDone: true);
        foreach (var isReset in new[] { true, false })
        {
            Assert.True(await first.MoveNextAsync());
            Assert.Equal(isReset, first.Current.Info.Reset);
        }

        Assert.Equal(2ul, first.Current.Info.Revision);
        Assert.True(await second.MoveNextAsync());
        Assert.Equal((2ul, false), (second.Current.Info.Revision, second.Current.Info.Reset));
        Assert.False(await first.MoveNextAsync());
        Assert.False(await second.MoveNextAsync());
    }

    [Fact]
    public async Task A_reset_that_the_client_knows_of_is_not_told_when_the_others_hear_of_it()
    {
        await using var machines = await FakeMachines.StartAsync(history: 10);
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var instance = machines["reset"];
        for (var step = 0; step < 3; step++)
            instance.Advance();
        await using var first = Watch(gateway, "reset").GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        await instance.IsWaitedForAsync();

        instance.Reset();
        await using var second = Watch(gateway, "reset", after: 1).GetAsyncEnumerator();
        var next = second.MoveNextAsync();
        await instance.IsWaitedForAsync(waits: 2);
        instance.Advance();
        Assert.True(await next);
        Assert.Equal((2ul, false), (second.Current.Info.Revision, second.Current.Info.Reset));
        Assert.True(await first.MoveNextAsync());
        Assert.Equal((1ul, true), (first.Current.Info.Revision, first.Current.Info.Reset));

        instance.Advance(isDone: true);
        Assert.True(await second.MoveNextAsync());
        Assert.Equal((3ul, false), (second.Current.Info.Revision, second.Current.Info.Reset));
        Assert.False(await second.MoveNextAsync());
    }

    [Fact]
    public async Task Watchers_of_one_instance_share_one_wait()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var instance = machines["shared"];
        var watchers = Enumerable.Range(0, 20).Select(_ => Watch(gateway, "shared").GetAsyncEnumerator()).ToArray();
        foreach (var watcher in watchers)
            Assert.True(await watcher.MoveNextAsync());
        await instance.IsWaitedForAsync();
        Assert.Equal(1, instance.Waits);

        instance.Advance(isDone: true);
        foreach (var watcher in watchers)
        {
            Assert.True(await watcher.MoveNextAsync());
            Assert.Equal(2ul, watcher.Current.Info.Revision);
            Assert.False(await watcher.MoveNextAsync());
            await watcher.DisposeAsync();
        }

        Assert.Equal(1, instance.Waits);
    }

    [Fact]
    public async Task An_idle_watch_tells_its_progress_and_outlives_the_waits_below_it()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, options =>
        {
            options.HeartbeatInterval = TimeSpan.FromMilliseconds(50);
            options.UpstreamWait = TimeSpan.FromMilliseconds(50);
        });
        var instance = machines["idle"];
        await using var watcher = Watch(gateway, "idle", after: 1).GetAsyncEnumerator();
        for (var beats = 0; beats < 3 || instance.Waits < 3; beats++)
        {
            Assert.True(await watcher.MoveNextAsync());
            Assert.Equal((true, 1ul), (watcher.Current.Info.Progress, watcher.Current.Info.Revision));
            Assert.Null(watcher.Current.Snapshot);
        }

        instance.Advance();
        do
            Assert.True(await watcher.MoveNextAsync());
        while (watcher.Current.Info.Progress);
        Assert.Equal((2ul, 0ul), (watcher.Current.Info.Revision, watcher.Current.Info.Skipped));
    }

    [Fact]
    public async Task Who_comes_back_finds_the_same_wait()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var instance = machines["k"];
        await LookAsync(gateway, instance);
        await LookAsync(gateway, instance);
        Assert.Equal((1, 1), (instance.Reads, instance.Waits));
    }

    [Fact]
    public async Task An_instance_that_nobody_watches_any_longer_is_forgotten_when_its_wait_is_over()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, options => options.UpstreamWait = TimeSpan.FromMilliseconds(100));
        await LookAsync(gateway, machines["k"]);
        await Eventually.BecomesTrueAsync(() => gateway.Feeds.Count == 0, () => "the end of the feed");
        Assert.Equal(0, machines["k"].WaitsUnderWay);
    }

    [Fact]
    public async Task A_machine_that_counts_no_revisions_cannot_be_watched()
    {
        await using var machines = await FakeMachines.StartAsync(countsRevisions: false);
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        var error = await Assert.ThrowsAsync<GrpcException>(() => ReadAllAsync(Watch(gateway, "k")));
        Assert.Equal((StatusCode.Unimplemented, "REVISIONS_NOT_COUNTED"), (error.Code, error.Reason));
        Assert.Equal(0, machines["k"].Waits);
    }

    private static async Task LookAsync(StreamingGateway gateway, FakeInstance instance)
    {
        using var client = new CancellationTokenSource();
        await using var watcher = Watch(gateway, "k").GetAsyncEnumerator(client.Token);
        Assert.True(await watcher.MoveNextAsync());
        await instance.IsWaitedForAsync();
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await watcher.MoveNextAsync());
    }

    private static async Task<List<WatchResponse>> ReadLateAsync(FakeInstance instance, StreamingGateway gateway, int steps)
    {
        await using var watcher = Watch(gateway, "slow").GetAsyncEnumerator();
        Assert.True(await watcher.MoveNextAsync());
        Assert.Equal(1ul, watcher.Current.Info.Revision);
        for (var step = 1; step <= steps; step++)
        {
            await instance.IsWaitedForAsync();
            instance.Advance(isDone: step == steps);
        }

        var messages = new List<WatchResponse>();
        while (await watcher.MoveNextAsync())
            messages.Add(watcher.Current);
        return messages;
    }

    private static async Task<List<WatchResponse>> ReadAllAsync(IAsyncEnumerable<WatchResponse> stream)
    {
        var messages = new List<WatchResponse>();
        await foreach (var message in stream)
            messages.Add(message);
        return messages;
    }

    private static IAsyncEnumerable<WatchResponse> Watch(StreamingGateway gateway, string key, ulong? after = null)
    {
        var request = new WatchRequest { Key = key };
        if (after is { } revision)
            request.AfterRevision = revision;
        return gateway.Client.StreamAsync<WatchResponse>("Watch", request);
    }
}
