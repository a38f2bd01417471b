using Counter.V1;
using Rpc;

namespace EndToEnd;

/// <summary>Events in streams.</summary>
public abstract class SendStreamScenarios(Cluster cluster)
{
    private readonly string _key = $"stream-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-web+proto")]
    [InlineData("application/connect+proto")]
    public async Task Events_of_many_instances_are_answered_in_the_order_of_each(string contentType)
    {
        const int Instances = 3, Events = 20;
        using var stream = Open(contentType);
        for (var i = 0; i < Instances * Events; i++)
            await stream.WriteAsync(Increment($"{_key}-{i % Instances}", $"{_key}-{i}"));
        await stream.CompleteAsync();
        var answers = await ReadAsync(stream);

        for (var instance = 0; instance < Instances; instance++)
        {
            var own = answers.Where(answer => answer.Snapshot.Info.Key == $"{_key}-{instance}").ToList();
            Assert.Equal(Enumerable.Range(0, Events).Select(i => $"{_key}-{(i * Instances) + instance}"), own.Select(answer => answer.IdempotencyKey));
            Assert.Equal(Enumerable.Range(1, Events), own.Select(answer => answer.Snapshot.Context.Total));
        }
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-web+proto")]
    [InlineData("application/connect+proto")]
    public async Task An_event_is_answered_before_the_next_is_sent(string contentType)
    {
        using var stream = Open(contentType);
        await using var answers = stream.ReadAsync().GetAsyncEnumerator();
        for (var i = 1; i <= 3; i++)
        {
            await stream.WriteAsync(Increment(_key));
            Assert.True(await answers.MoveNextAsync());
            Assert.Equal(i, answers.Current.Snapshot.Context.Total);
            Assert.NotEmpty(answers.Current.IdempotencyKey);
        }

        await stream.CompleteAsync();
        Assert.False(await answers.MoveNextAsync());
    }

    [Fact]
    public async Task An_event_that_is_refused_does_not_end_the_stream()
    {
        await CreateDisposedAsync();
        using var stream = Open();
        await stream.WriteAsync(Increment("", "keyless"));
        await stream.WriteAsync(new SendStreamRequest { Key = _key, IdempotencyKey = "eventless" });
        await stream.WriteAsync(Increment(_key, "good"));
        await stream.WriteAsync(Increment($"{_key}-disposed", "disposed"));
        await stream.CompleteAsync();
        var answers = (await ReadAsync(stream)).ToDictionary(answer => answer.IdempotencyKey);

        Assert.Equal(4, answers.Count);
        Assert.Equal(1, answers["good"].Snapshot.Context.Total);
        AssertError("keyless", StatusCode.InvalidArgument, "INVALID_KEY", "key");
        AssertError("eventless", StatusCode.InvalidArgument, "INVALID_EVENT", "event");
        AssertError("disposed", StatusCode.FailedPrecondition, "MACHINE_DISPOSED");
        Assert.NotEmpty(answers["disposed"].Error.Metadata["invocation_id"]);

        void AssertError(string idempotencyKey, StatusCode code, string reason, params string[] fields)
        {
            var error = answers[idempotencyKey].Error;
            Assert.Equal(((int)code, reason, "counter"), (error.Code, error.Reason, error.Metadata["object"]));
            Assert.Equal(fields, error.FieldViolations.Select(violation => violation.Field));
        }
    }

    [Fact]
    public async Task Events_that_are_sent_again_after_a_broken_stream_are_applied_once()
    {
        var events = Enumerable.Range(0, 40).Select(i => Increment($"{_key}-{i % 2}", $"{_key}-{i}")).ToList();
        using (var broken = Open())
        {
            foreach (var @event in events)
                await broken.WriteAsync(@event);
            await using var some = broken.ReadAsync().GetAsyncEnumerator();
            for (var i = 0; i < 5; i++)
                Assert.True(await some.MoveNextAsync());
            await cluster.KillGatewayAsync();
        }

        await cluster.StartGatewayAsync();
        using var again = Open();
        foreach (var @event in events)
            await again.WriteAsync(@event);
        await again.CompleteAsync();
        var answers = await ReadAsync(again);
        Assert.Equal(events.Count, answers.Count);
        foreach (var key in new[] { $"{_key}-0", $"{_key}-1" })
        {
            Assert.Equal(Enumerable.Range(1, 20), answers.Where(answer => answer.Snapshot.Info.Key == key).Select(answer => answer.Snapshot.Context.Total));
            var counter = await cluster.Counter.CallAsync<CounterSnapshot>("GetSnapshot", new GetSnapshotRequest { Key = key });
            Assert.Equal((20, 21ul), (counter.Context.Total, counter.Info.Revision));
        }
    }

    [Fact]
    public async Task A_stream_outlives_a_restate_server_that_is_killed_below_it()
    {
        using var stream = Open();
        await using var answers = stream.ReadAsync().GetAsyncEnumerator();
        await stream.WriteAsync(Increment(_key));
        Assert.True(await answers.MoveNextAsync());
        await cluster.Restate.KillAsync();
        for (var i = 0; i < 10; i++)
            await stream.WriteAsync(Increment(_key));
        await cluster.Restate.RestartAsync();
        for (var i = 2; i <= 11; i++)
        {
            Assert.True(await answers.MoveNextAsync());
            Assert.Equal(i, answers.Current.Snapshot.Context.Total);
        }
    }

    private static SendStreamRequest Increment(string key, string idempotencyKey = "") =>
        new() { Key = key, IdempotencyKey = idempotencyKey, Event = new CounterEvent { Increment = new Increment() } };

    private static async Task<List<SendStreamResponse>> ReadAsync(GrpcDuplexCall<SendStreamResponse> stream)
    {
        var answers = new List<SendStreamResponse>();
        await foreach (var answer in stream.ReadAsync())
            answers.Add(answer);
        return answers;
    }

    private GrpcDuplexCall<SendStreamResponse> Open(string contentType = "application/grpc") =>
        cluster.Counter.Open<SendStreamResponse>("SendStream", contentType);

    private async Task CreateDisposedAsync()
    {
        await cluster.Counter.CallAsync<CounterSnapshot>("Create", new CreateRequest { Key = $"{_key}-disposed" });
        using var response = await cluster.Ingress.PostAsync($"counter/{_key}-disposed/dispose", null);
        response.EnsureSuccessStatusCode();
    }
}

public sealed class Send_stream_scenarios(NormalCluster cluster) : SendStreamScenarios(cluster), IClassFixture<NormalCluster>;

public sealed class Send_stream_scenarios_under_forced_replay(ReplayCluster cluster) : SendStreamScenarios(cluster), IClassFixture<ReplayCluster>;
