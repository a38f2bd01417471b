using System.Net.Http.Json;
using System.Text.Json;
using Counter.V1;
using Machines.V1;
using Payment.V1;
using Rpc;
using CounterWatch = Counter.V1.WatchResponse;
using PaymentWatch = Payment.V1.WatchResponse;

namespace EndToEnd;

/// <summary>Watchers of the counter, which keeps no history, and of the payment, which does.</summary>
public abstract class WatchScenarios(Cluster cluster)
{
    private readonly string _key = $"watch-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_watch_tells_the_snapshot_as_it_is_and_then_what_comes_of_every_event()
    {
        await CountAsync();
        await using var watch = WatchCounter().GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((2ul, 0ul, 1), (watch.Current.Info.Revision, watch.Current.Info.Skipped, watch.Current.Snapshot.Context.Total));

        for (var i = 0; i < 20; i++)
            await CountAsync();
        await AssertTellsAsync(watch, from: 2, to: 22);
    }

    [Fact]
    public async Task A_watch_loses_no_step_of_a_machine_that_keeps_them()
    {
        await CreatePaymentAsync();
        await using var watch = WatchPayment(after: 1).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(new WatchInfo { Revision = 1, Progress = true }, watch.Current.Info);

        await cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key });
        var steps = new List<PaymentWatch>();
        while (await watch.MoveNextAsync())
            steps.Add(watch.Current);
        AssertIsWholePayment(steps, from: 2);
    }

    [Fact]
    public async Task A_watch_from_the_beginning_tells_the_whole_life_of_a_payment_that_is_over()
    {
        await PayAsync();
        AssertIsWholePayment(await ToListAsync(WatchPayment(after: 0)), from: 1);
        AssertIsWholePayment(await ToListAsync(WatchPayment(after: 2)), from: 3);
        Assert.True(Assert.Single(await ToListAsync(WatchPayment(after: 4))).Info.Progress);
    }

    [Theory]
    [InlineData("application/grpc-web+proto")]
    [InlineData("application/connect+proto")]
    public async Task A_watch_is_served_over_the_protocols_of_the_web(string contentType)
    {
        await PayAsync();
        var request = new Payment.V1.WatchRequest { Key = _key, AfterRevision = 0 };
        AssertIsWholePayment(await WebClient.StreamAsync<PaymentWatch>(cluster.HttpAddress, contentType, "payment.v1.PaymentService/Watch", request), from: 1);
    }

    [Fact]
    public async Task A_watch_outlives_a_restate_server_that_is_killed_below_it()
    {
        await CountAsync();
        await using var watch = WatchCounter().GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        await cluster.RestartRestateAsync();
        await CountAsync();
        await AssertTellsAsync(watch, from: 2, to: 3);
    }

    [Fact]
    public async Task A_watch_goes_on_after_its_revision_on_a_gateway_that_was_killed()
    {
        await CountAsync();
        await using (var watch = WatchCounter().GetAsyncEnumerator())
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(2ul, watch.Current.Info.Revision);
            await cluster.KillGatewayAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () => await watch.MoveNextAsync());
        }

        await cluster.StartGatewayAsync();
        await CountAsync();
        await CountAsync();
        await using var resumed = WatchCounter(after: 2).GetAsyncEnumerator();
        await AssertTellsAsync(resumed, from: 2, to: 4);
    }

    [Fact]
    public async Task Many_watchers_share_one_wait()
    {
        await CountAsync();
        var watches = Enumerable.Range(0, 10).Select(_ => WatchCounter().GetAsyncEnumerator()).ToArray();
        foreach (var watch in watches)
            Assert.True(await watch.MoveNextAsync());
        await CountAsync();
        foreach (var watch in watches)
        {
            await AssertTellsAsync(watch, from: 2, to: 3);
            await watch.DisposeAsync();
        }

        var waits = await cluster.QueryAsync(
            $"select id from sys_invocation where target_service_key = '{_key}' and target_handler_name = 'waitFor'");
        Assert.InRange(waits.Count, 1, 2);
    }

    [Fact]
    public async Task A_reset_is_told_to_those_who_watch_and_to_those_who_come_back()
    {
        await CreatePaymentAsync();
        await using (var watch = WatchPayment().GetAsyncEnumerator())
        {
            Assert.True(await watch.MoveNextAsync());
            await cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key });
            do
                Assert.True(await watch.MoveNextAsync());
            while (watch.Current.Info.Revision < 4);
            Assert.Equal("xstate.done.actor.0.payment.crediting", watch.Current.Info.Transition.EventType);
        }

        await ResetPaymentAsync();
        await using var resumed = WatchPayment(after: 4).GetAsyncEnumerator();
        Assert.True(await resumed.MoveNextAsync());
        AssertIsReset(resumed.Current);

        await ResetPaymentAsync();
        Assert.True(await resumed.MoveNextAsync());
        AssertIsReset(resumed.Current);

        static void AssertIsReset(PaymentWatch message)
        {
            Assert.Equal((true, 1ul, 0ul), (message.Info.Reset, message.Info.Revision, message.Info.Skipped));
            Assert.Equal("xstate.init", message.Info.Transition.EventType);
            Assert.Equal([PaymentState.AwaitingApproval], message.Snapshot.States);
        }
    }

    [Fact]
    public async Task A_watch_ends_with_its_instance()
    {
        await CountAsync();
        await using var watch = WatchCounter().GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        using var disposed = await cluster.Ingress.PostAsync($"counter/{_key}/dispose", null);
        disposed.EnsureSuccessStatusCode();
        var error = await Assert.ThrowsAsync<GrpcException>(async () => await watch.MoveNextAsync());
        Assert.Equal((StatusCode.FailedPrecondition, "MACHINE_DISPOSED", _key), (error.Code, error.Reason, error.Info.Metadata["key"]));
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_watched()
    {
        var error = await Assert.ThrowsAsync<GrpcException>(() => ToListAsync(WatchCounter()));
        Assert.Equal((StatusCode.NotFound, "MACHINE_NOT_FOUND"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task A_wait_tells_changes_on_request()
    {
        await using var wait = cluster.Counter.StreamAsync<Counter.V1.WaitForResponse>("WaitFor", new Counter.V1.WaitForRequest
        {
            Key = _key,
            Condition = new Condition { AfterRevision = 4 },
            Event = new CounterEvent { Increment = new Increment() },
            IncludeChanges = true,
        }).GetAsyncEnumerator();
        Assert.True(await wait.MoveNextAsync());
        Assert.NotEmpty(wait.Current.Started.IdempotencyKey);

        // The wait's own event creates the counter.
        var told = 0ul;
        while (told < 4)
        {
            Assert.True(await wait.MoveNextAsync());
            Assert.InRange(wait.Current.Changed.Info.Revision, told + 1, 4ul);
            told = wait.Current.Changed.Info.Revision;
            if (told is 2 or 3)
                await CountAsync();
        }

        await CountAsync();
        do
            Assert.True(await wait.MoveNextAsync());
        while (wait.Current.Changed is not null);
        Assert.Equal((5ul, 4), (wait.Current.Matched.Info.Revision, wait.Current.Matched.Context.Total));
        Assert.False(await wait.MoveNextAsync());
    }

    private static async Task AssertTellsAsync(IAsyncEnumerator<CounterWatch> watch, ulong from, ulong to)
    {
        while (from < to)
        {
            Assert.True(await watch.MoveNextAsync());
            var info = watch.Current.Info;
            Assert.Equal(from + 1 + info.Skipped, info.Revision);
            Assert.Equal(info.Revision, watch.Current.Snapshot.Info.Revision);
            Assert.False(info.Reset);
            from = info.Revision;
        }

        Assert.Equal(to, from);
    }

    /// <summary>Every step once and in order, and with the last the snapshot.</summary>
    private static void AssertIsWholePayment(IReadOnlyList<PaymentWatch> steps, int from)
    {
        (ulong, string, string)[] all =
        [
            (1, "xstate.init", "awaitingApproval"),
            (2, "APPROVE", "debiting"),
            (3, "xstate.done.actor.0.payment.debiting", "crediting"),
            (4, "xstate.done.actor.0.payment.crediting", "succeeded"),
        ];
        Assert.Equal(all[(from - 1)..], steps.Select(step => (step.Info.Revision, step.Info.Transition.EventType, Assert.Single(step.Info.Transition.States))));
        Assert.All(steps, step => Assert.Equal((0ul, false, false), (step.Info.Skipped, step.Info.Reset, step.Info.Progress)));
        Assert.Equal([PaymentState.Succeeded], steps[^1].Snapshot.States);
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> stream)
    {
        var messages = new List<T>();
        await foreach (var message in stream)
            messages.Add(message);
        return messages;
    }

    private IAsyncEnumerable<CounterWatch> WatchCounter(ulong? after = null)
    {
        var request = new Counter.V1.WatchRequest { Key = _key };
        if (after is { } revision)
            request.AfterRevision = revision;
        return cluster.Counter.StreamAsync<CounterWatch>("Watch", request);
    }

    private IAsyncEnumerable<PaymentWatch> WatchPayment(ulong? after = null)
    {
        var request = new Payment.V1.WatchRequest { Key = _key };
        if (after is { } revision)
            request.AfterRevision = revision;
        return cluster.Payment.StreamAsync<PaymentWatch>("Watch", request);
    }

    private Task<CounterSnapshot> CountAsync() =>
        cluster.Counter.CallAsync<CounterSnapshot>("Send", new SendRequest { Key = _key, Event = new CounterEvent { Increment = new Increment() } });

    private Task<PaymentSnapshot> CreatePaymentAsync() => cluster.Payment.CallAsync<PaymentSnapshot>("Create", new Payment.V1.CreateRequest
    {
        Key = _key,
        Input = new PaymentInput { Sender = "ann", Recipient = "bob", Amount = 1 },
    });

    private async Task PayAsync()
    {
        await CreatePaymentAsync();
        await cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key });
        await ToListAsync(cluster.Payment.StreamAsync<Payment.V1.WaitForResponse>(
            "WaitFor", new Payment.V1.WaitForRequest { Key = _key, Condition = new Condition { Done = true } }));
    }

    private async Task ResetPaymentAsync()
    {
        using var response = await cluster.Ingress.PostAsJsonAsync(
            $"payment/{_key}/create", JsonElement.Parse("""{"input": {"sender": "ann", "recipient": "bob", "amount": 1}}"""));
        response.EnsureSuccessStatusCode();
    }
}

public sealed class Watch_scenarios(NormalCluster cluster) : WatchScenarios(cluster), IClassFixture<NormalCluster>;

public sealed class Watch_scenarios_under_forced_replay(ReplayCluster cluster) : WatchScenarios(cluster), IClassFixture<ReplayCluster>;
