using System.Collections.Concurrent;
using System.Diagnostics;
using Auth.V1;
using Gateway.Tests.Support;

namespace Gateway.Tests.Telemetry;

public class TraceTests
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task A_call_is_a_span_of_the_clients_trace_and_the_parent_of_what_follows()
    {
        var trace = ActivityTraceId.CreateRandom().ToString();
        var client = ActivitySpanId.CreateRandom().ToString();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Machines.Gateway",
            Sample = (ref options) => options.TraceId.ToString() == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(restate);

        await gateway.CallAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""", ("traceparent", $"00-{trace}-{client}-01"));
        await gateway.CallAsync("auth.v1.AuthService/Send", """{"key":""}""", ("traceparent", $"00-{trace}-{client}-01"));

        var span = spans.First();
        Assert.Equal(("auth.v1.AuthService/Send", ActivityKind.Server), (span.DisplayName, span.Kind));
        Assert.Equal((trace, client), (span.TraceId.ToString(), span.ParentSpanId.ToString()));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["rpc.system"] = "connect_rpc",
                ["rpc.service"] = "auth.v1.AuthService",
                ["rpc.method"] = "Send",
                ["rpc.grpc.status_code"] = 0,
            },
            span.TagObjects.ToDictionary());
        var upstream = ActivityContext.Parse(Assert.Single(restate.Calls).Headers["traceparent"], null);
        Assert.Equal((trace, span.SpanId), (upstream.TraceId.ToString(), upstream.SpanId));

        var refused = spans.Last();
        Assert.Equal(3, refused.GetTagItem("rpc.grpc.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, refused.Status);
    }

    [Fact]
    public async Task The_clients_trace_goes_on_where_nobody_listens()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        await gateway.CallAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""", ("traceparent", $"00-{trace}-b7ad6b7169203331-01"));
        Assert.Contains(trace, Assert.Single(restate.Calls).Headers["traceparent"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TraceParent, "a=é", TraceParent)]
    [InlineData(TraceParent, "a=\t", TraceParent)]
    [InlineData("é", "a=b", null)]
    [InlineData("00-nothing-01", "a=b", null)]
    public async Task What_is_no_trace_context_is_left_out_and_no_failure_of_restate(string parent, string state, string? handedOn)
    {
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.FailureThreshold = 1);
        Assert.Null(await gateway.CodeOfAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""", ("traceparent", parent), ("tracestate", state)));

        var upstream = Assert.Single(restate.Calls);
        Assert.Equal(handedOn, upstream.Headers.GetValueOrDefault("traceparent"));
        Assert.DoesNotContain("tracestate", upstream.Headers.Keys);
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public async Task A_trace_state_is_handed_on_up_to_its_longest(int length, bool isHandedOn)
    {
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var state = "a=" + new string('b', length - 2);
        await gateway.CallAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""", ("traceparent", TraceParent), ("tracestate", state));
        Assert.Equal(isHandedOn ? state : null, Assert.Single(restate.Calls).Headers.GetValueOrDefault("tracestate"));
    }
}
