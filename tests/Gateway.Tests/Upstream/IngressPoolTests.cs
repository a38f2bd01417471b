using System.Net;
using System.Text;
using Gateway.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Restate.Sdk;
using Restate.Sdk.Client;

namespace Gateway.Tests.Upstream;

public sealed class IngressPoolTests : IDisposable
{
    private static readonly Target Target = Target.Object("counter", "k", "send");

    private readonly Ingress _first = new();
    private readonly Ingress _second = new();
    private readonly IngressPool _pool;

    public IngressPoolTests() => _pool = new IngressPool(
        [Node("http://first", _first), Node("http://second", _second)],
        new UpstreamOptions { RetryBudget = 2, RetryRatio = 0.5 },
        NullLogger<IngressPool>.Instance);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public async Task Addresses_that_are_equal_share_the_calls()
    {
        for (var i = 0; i < 10; i++)
            await CallAsync();
        Assert.Equal((5, 5), (_first.Calls, _second.Calls));
    }

    [Fact]
    public async Task A_call_goes_to_the_address_with_fewer_calls_under_way()
    {
        _first.Answer = new TaskCompletionSource();
        _second.Answer = new TaskCompletionSource();
        Task[] waiting = [CallAsync(), CallAsync()];
        _second.Answer.SetResult();
        await Task.WhenAny(waiting);
        _second.Answer = null;

        for (var i = 0; i < 5; i++)
            await CallAsync();
        Assert.Equal((1, 6), (_first.Calls, _second.Calls));
        _first.Answer.SetResult();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task An_address_that_failed_last_is_the_last_resort_until_a_probe_succeeds()
    {
        _first.Status = HttpStatusCode.ServiceUnavailable;
        while (_first.Calls == 0)
            await Record.ExceptionAsync(CallAsync);

        var calls = _second.Calls;
        for (var i = 0; i < 6; i++)
            await CallAsync();
        Assert.Equal((1, calls + 6), (_first.Calls, _second.Calls));

        _first.Status = HttpStatusCode.OK;
        await _pool.ProbeAsync(default);
        for (var i = 0; i < 6; i++)
            await CallAsync();
        Assert.Equal(4, _first.Calls);
    }

    [Fact]
    public async Task With_every_address_down_calls_fail_without_reaching_one_until_a_probe_succeeds()
    {
        _first.Status = _second.Status = HttpStatusCode.ServiceUnavailable;
        await OpenAsync();
        Assert.False(_pool.IsAvailable);
        var calls = (_first.Calls, _second.Calls);
        var error = await Assert.ThrowsAsync<IngressException>(CallAsync);
        Assert.True(error.IsRetryable);
        Assert.Equal(calls, (_first.Calls, _second.Calls));

        var available = _pool.WhenAvailable();
        await _pool.ProbeAsync(default);
        Assert.False(available.IsCompleted);

        _second.Status = HttpStatusCode.OK;
        await _pool.ProbeAsync(default);
        await available;
        Assert.True(_pool.IsAvailable);
        await CallAsync();
        Assert.Equal(calls.Item2 + 1, _second.Calls);
    }

    [Fact]
    public async Task Calls_that_an_address_hangs_on_are_given_up_when_probes_find_it_down()
    {
        _first.Answer = _second.Answer = new TaskCompletionSource();
        Task[] calls = [CallAsync(), CallAsync()];
        _first.Answer = _second.Answer = null;
        _first.Status = HttpStatusCode.ServiceUnavailable;
        for (var i = 0; i < 3; i++)
            await _pool.ProbeAsync(default);

        var ended = await Task.WhenAny(calls).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True((await Assert.ThrowsAsync<IngressException>(() => ended)).IsRetryable);
        Assert.Equal((1, 1), (_first.Calls, _second.Calls));
        Assert.Contains(calls, call => !call.IsCompleted);
        await CallAsync();
        Assert.Equal((1, 2), (_first.Calls, _second.Calls));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task What_one_call_meets_is_no_outage(HttpStatusCode status)
    {
        _first.Status = _second.Status = status;
        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<IngressException>(CallAsync);
        Assert.True(_pool.IsAvailable);
    }

    [Fact]
    public async Task A_handlers_own_503_is_no_outage()
    {
        _first.Status = _second.Status = HttpStatusCode.ServiceUnavailable;
        _first.Body = _second.Body = """{"code":503,"message":"later","source":"invocation"}""";
        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<IngressException>(CallAsync);
        Assert.True(_pool.IsAvailable);
    }

    [Fact]
    public async Task Calls_that_succeed_earn_back_a_share_of_a_retry_and_probes_a_whole_one()
    {
        Assert.True(_pool.TryRetry());
        Assert.True(_pool.TryRetry());
        await CallAsync();
        Assert.False(_pool.TryRetry());
        await CallAsync();
        Assert.True(_pool.TryRetry());
        Assert.False(_pool.TryRetry());
        await _pool.ProbeAsync(default);
        Assert.True(_pool.TryRetry());
    }

    [Fact]
    public async Task Streams_and_more_calls_than_there_may_be_connections_share_one()
    {
        Ingress single = new() { Answer = new() }, shared = new() { Answer = new() };
        var options = new UpstreamOptions { Http1Connections = 3 };
        using var pool = new IngressPool(
            [new IngressNode(new Uri("http://first"), Client("http://first", single), Client("http://first", shared), options)], options, NullLogger<IngressPool>.Instance);
        var calls = Enumerable.Range(0, 5).Select(_ => Call(isStreaming: false)).Append(Call(isStreaming: true)).ToArray();
        Assert.Equal((3, 3), (single.Calls, shared.Calls));

        single.Answer.SetResult();
        shared.Answer.SetResult();
        await Task.WhenAll(calls);
        await Call(isStreaming: false);
        Assert.Equal((4, 3), (single.Calls, shared.Calls));

        Task Call(bool isStreaming) => pool.CallAsync((ingress, token) => ingress.CallAsync(Target, default, cancellationToken: token), isStreaming, default);
    }

    private static IngressNode Node(string address, Ingress ingress) =>
        new(new Uri(address), Client(address, ingress), Client(address, ingress), new UpstreamOptions { FailureThreshold = 3 });

    private static IngressClient Client(string address, Ingress ingress) => new(new HttpClient(ingress) { BaseAddress = new Uri(address) });

    private Task<IngressResponse> CallAsync() =>
        _pool.CallAsync((ingress, token) => ingress.CallAsync(Target, Encoding.UTF8.GetBytes("{}"), cancellationToken: token), isStreaming: false, default);

    private async Task OpenAsync()
    {
        while (_pool.IsAvailable)
            await Assert.ThrowsAsync<IngressException>(CallAsync);
    }

    private sealed class Ingress : HttpMessageHandler
    {
        public int Calls { get; private set; }

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public string Body { get; set; } = "";

        public TaskCompletionSource? Answer { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
                Calls++;
            if (Answer is { } answer)
                await answer.Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage(Status) { Content = new StringContent(Body) };
        }
    }
}
