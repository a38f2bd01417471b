using System.Text;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Machines.V1;
using Orders.V1;
using Rpc;

namespace Gateway.Tests.Security;

public class LimitTests
{
    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task Who_calls_too_often_is_told_when_to_come_back(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync("Limits:CallsPerSecond=0.01", "Limits:CallBurst=2");
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "a")).Code);
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "a")).Code);
        var refused = await gateway.SendAsync(protocol, "a");
        Assert.Equal((StatusCode.ResourceExhausted, "The caller calls too often."), (refused.Code, refused.Message));
        Assert.Equal(("machines.v1", "LIMIT_EXCEEDED"), (refused.Detail<ErrorInfo>()!.Domain, refused.Detail<ErrorInfo>()!.Type));
        Assert.InRange(refused.Detail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromTicks(1), TimeSpan.FromSeconds(100));
        Assert.Equal(2, gateway.Restate.Calls.Count);
        Assert.Equal(StatusCode.OK, (await gateway.Client.CallAsync(protocol, "grpc.health.v1.Health/Check", new Empty())).Code);
    }

    [Fact]
    public async Task Each_caller_has_a_rate_of_its_own()
    {
        using var tokens = new Tokens();
        using var keys = new TemporaryFile(tokens.KeySet);
        await using var gateway = await GuardedGateway.StartAsync(
            "Limits:CallsPerSecond=0.01", $"Authentication:Jwt:Issuer={Tokens.Issuer}",
            $"Authentication:Jwt:Audiences:0={Tokens.Audience}", $"Authentication:Jwt:KeysFile={keys.Path}");
        Assert.Equal(StatusCode.OK, await SendAsync("alice"));
        Assert.Equal(StatusCode.ResourceExhausted, await SendAsync("alice"));
        Assert.Equal(StatusCode.OK, await SendAsync("bob"));

        async Task<StatusCode> SendAsync(string subject) =>
            (await gateway.SendAsync(Protocol.Grpc, "a", ("authorization", $"Bearer {tokens.Issue(subject)}"))).Code;
    }

    [Fact]
    public async Task A_stream_of_events_is_slowed_down_to_the_rate_and_not_refused()
    {
        await using (var slow = await GuardedGateway.StartAsync("Limits:CallsPerSecond=20", "Limits:CallBurst=1"))
            Assert.Equal(StatusCode.OK, (await SendAsync(slow)).Code);

        await using var stopped = await GuardedGateway.StartAsync("Limits:CallsPerSecond=0.01", "Limits:CallBurst=1");
        Assert.Equal(StatusCode.DeadlineExceeded, (await SendAsync(stopped, ("grpc-timeout", "1S"))).Code);
        Assert.Empty(stopped.Restate.Calls);

        static Task<ProtocolAnswer> SendAsync(GuardedGateway gateway, params (string Name, string Value)[] headers) =>
            gateway.Client.CallAsync(Protocol.Grpc, "orders.v1.OrderService/SendStream", GuardedGateway.SendRequest("k"), headers);
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task Open_streams_are_counted_until_they_end(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync("Limits:MaxConcurrentCalls=1");
        var wait = new WaitForRequest { Key = "a", Condition = new Condition { Done = true } };
        using (var ended = new CancellationTokenSource())
        using (await gateway.Client.StartAsync(Protocol.Grpc, "orders.v1.OrderService/WaitFor", wait, ended.Token))
        {
            var refused = await gateway.SendAsync(protocol, "a");
            Assert.Equal((StatusCode.ResourceExhausted, "The caller has as many calls open as it may have."), (refused.Code, refused.Message));
            Assert.Equal("LIMIT_EXCEEDED", refused.Detail<ErrorInfo>()!.Type);
            await ended.CancelAsync();
        }

        await Eventually.BecomesTrueAsync(async () => (await gateway.SendAsync(protocol, "a")).Code == StatusCode.OK, () => "the stream to be over");
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task A_message_larger_than_the_limit_is_refused(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync("Limits:MaxMessageSize=100");
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, new string('k', 50))).Code);
        Assert.Equal(StatusCode.ResourceExhausted, (await gateway.SendAsync(protocol, new string('k', 200))).Code);
        Assert.Single(gateway.Restate.Calls);
    }

    [Fact]
    public async Task Metadata_that_is_no_text_does_not_cost_the_others_their_connection()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 };
        var address = new Uri($"http://127.0.0.1:{gateway.GrpcPort}");
        using var proxy = new ProtocolClient(address, address, handler);
        using var ended = new CancellationTokenSource();
        var wait = new WaitForRequest { Key = "a", Condition = new Condition { Done = true } };
        using var response = await proxy.StartAsync(Protocol.Grpc, "orders.v1.OrderService/WaitFor", wait, ended.Token);
        await using var stream = await response.Content.ReadAsStreamAsync(ended.Token);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[1000], ended.Token));
        var next = stream.ReadAsync(new byte[1000], ended.Token).AsTask();

        Assert.Equal(StatusCode.OK, (await SendAsync("x-note")).Code);
        Assert.Equal(StatusCode.InvalidArgument, (await SendAsync("idempotency-key")).Code);
        Assert.False(next.IsCompleted);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);

        Task<ProtocolAnswer> SendAsync(string header) =>
            proxy.CallAsync(Protocol.Grpc, "orders.v1.OrderService/Send", GuardedGateway.SendRequest("a"), (header, "\u00e9"));
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task Metadata_larger_than_the_limit_is_refused(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "k", ("x-trace", new string('x', 15_000)))).Code);
        var refused = await gateway.SendAsync(protocol, "k", ("x-trace", new string('x', 16_384)));
        Assert.Equal((StatusCode.ResourceExhausted, "LIMIT_EXCEEDED"), (refused.Code, refused.Detail<ErrorInfo>()!.Type));
        Assert.Equal(StatusCode.ResourceExhausted, (await gateway.SendAsync(protocol, "k", ("x-trace", new string('x', 30_000)))).Code);
        Assert.Equal(StatusCode.ResourceExhausted, (await gateway.SendAsync(protocol, "k", ("x-trace", new string('x', 100_000)))).Code);
        Assert.Single(gateway.Restate.Calls);
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task Metadata_may_have_many_entries(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "k", Entries(300))).Code);
        Assert.Equal(StatusCode.ResourceExhausted, (await gateway.SendAsync(protocol, "k", Entries(600))).Code);
        Assert.Equal(StatusCode.ResourceExhausted, (await gateway.SendAsync(protocol, "k", Entries(2000))).Code);

        static (string, string)[] Entries(int count) => [.. Enumerable.Range(0, count).Select(i => ($"x-{i}", "value"))];
    }

    [Theory]
    [InlineData("", "must not be empty; it names the instance")]
    [InlineData("aaaaaaaaa", "must not be longer than 8 bytes")]
    [InlineData("ää ää", "must not be longer than 8 bytes")]
    [InlineData("a\nb", "must not contain control characters")]
    [InlineData("a\u0085b", "must not contain control characters")]
    [InlineData("AB", "must match [a-zä/]+")]
    [InlineData("ab!", "must match [a-zä/]+")]
    public async Task A_key_that_is_not_allowed_is_refused_by_name(string key, string problem)
    {
        await using var gateway = await GuardedGateway.StartAsync("Limits:MaxKeyLength=8", "Limits:KeyPattern=[a-zä/]+");
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(Protocol.Grpc, "aää/b")).Code);
        foreach (var protocol in System.Enum.GetValues<Protocol>())
            AssertInvalid(await gateway.SendAsync(protocol, key), "INVALID_KEY", "key", problem);
        Assert.Single(gateway.Restate.Calls);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("schlüssel")]
    [InlineData("a\r\nx-injected: 1")]
    public async Task An_idempotency_key_that_fits_no_header_is_refused_by_name(string idempotencyKey)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var request = GuardedGateway.SendRequest("k");
        request.IdempotencyKey = idempotencyKey;
        AssertInvalid(
            await gateway.Client.CallAsync(Protocol.Grpc, "orders.v1.OrderService/Send", request),
            "INVALID_IDEMPOTENCY_KEY", "idempotency_key", "must be of printable ASCII characters, without spaces");
        request.IdempotencyKey = new string('i', 513);
        AssertInvalid(
            await gateway.Client.CallAsync(Protocol.Grpc, "orders.v1.OrderService/Send", request),
            "INVALID_IDEMPOTENCY_KEY", "idempotency_key", "must not be longer than 512 characters");
        Assert.Empty(gateway.Restate.Calls);
    }

    [Fact]
    public async Task A_wait_longer_than_the_longest_is_refused_by_name()
    {
        await using var gateway = await GuardedGateway.StartAsync("Limits:MaxWaitTimeout=00:01:00");
        var wait = new WaitForRequest { Key = "a", Condition = new Condition { Done = true }, Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(60.5)) };
        AssertInvalid(
            await gateway.Client.CallAsync(Protocol.Grpc, "orders.v1.OrderService/WaitFor", wait),
            "INVALID_CONDITION", "timeout", "must not be longer than 60 s; wait again when it has passed");
        Assert.Empty(gateway.Restate.Calls);
    }

    private static void AssertInvalid(ProtocolAnswer answer, string reason, string field, string problem)
    {
        Assert.Equal((StatusCode.InvalidArgument, reason), (answer.Code, answer.Detail<ErrorInfo>()!.Type));
        var violation = Assert.Single(answer.Detail<BadRequest>()!.FieldViolations);
        Assert.Equal((field, problem), (violation.Field, violation.Description));
    }
}
