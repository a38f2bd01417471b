using System.Collections.Concurrent;
using System.Diagnostics;
using ExampleMachines;
using Gateway;
using Machines.Testing;

namespace EndToEnd;

/// <summary>One trace from the client through the gateway and Restate to the handler.</summary>
public class TraceScenarios
{
    [Fact]
    public async Task The_handler_is_in_the_clients_trace_below_the_gateways_span()
    {
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Machines.Gateway" or "Restate.Sdk",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        // Restate hands a trace on when it traces itself; that there is no collector does not keep it from that.
        await using var restate = await RestateTestHost.StartAsync(
            new Dictionary<string, string> { ["RESTATE_TRACING_ENDPOINT"] = $"http://127.0.0.1:{FreePorts.Next()}" }, CounterMachine.Definition);
        var httpPort = FreePorts.Next();
        await using var gateway = MachineGatewayApplication.Create(["--Logging:LogLevel:Default=Warning"], options =>
        {
            options.Ingress = restate.Server.IngressAddress;
            options.Admin = restate.Server.AdminAddress;
            options.GrpcPort = FreePorts.Next();
            options.HttpPort = httpPort;
        });
        await gateway.StartAsync();

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        using var call = new HttpRequestMessage(HttpMethod.Post, "/counter.v1.CounterService/Send")
        {
            Content = new StringContent("""{"key":"k","event":{"increment":{}}}""", null, "application/json"),
            Headers = { { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01" } },
        };
        using var response = await http.SendAsync(call);
        response.EnsureSuccessStatusCode();

        await Eventually.BecomesTrueAsync(() => Of("Restate.Sdk").Any() && Of("Machines.Gateway").Any(), () => $"both spans in {trace}");
        Assert.Equal("counter.v1.CounterService/Send", Assert.Single(Of("Machines.Gateway")).DisplayName);
        Assert.All(Of("Restate.Sdk"), span => Assert.Equal("counter/send", span.DisplayName));

        IEnumerable<Activity> Of(string source) => spans.Where(span => span.TraceId == trace && span.Source.Name == source);
    }
}
