using System.Security.Cryptography;
using Gateway.Security;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Telemetry;

public class MetricsTests
{
    private const string Count = "rpc_server_call_duration_seconds_count";
    private const string Send = """rpc_system="connect_rpc",rpc_service="auth.v1.AuthService",rpc_method="Send",rpc_grpc_status_code=""";

    [Fact]
    public async Task Calls_are_counted_by_service_method_and_code()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        await gateway.CallAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""");
        await gateway.CallAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""");
        await gateway.CallAsync("auth.v1.AuthService/Send", """{"key":"","event":{"auth":{}}}""");

        var metrics = await ScrapeAsync(gateway);
        Assert.Contains("# TYPE rpc_server_call_duration_seconds histogram", metrics);
        Assert.Contains($$"""rpc_server_call_duration_seconds_count{{{Send}}"0"} 2""", metrics);
        Assert.Contains($$"""rpc_server_call_duration_seconds_count{{{Send}}"3"} 1""", metrics);
        Assert.Contains($$"""rpc_server_call_duration_seconds_bucket{{{Send}}"0",le="+Inf"} 2""", metrics);
        Assert.Contains($$"""gateway_ingress_up{server_address="{{restate.Ingress}}"} 1""", metrics);
        Assert.Contains(metrics, line => line.StartsWith("dotnet_process_cpu_time_seconds_total{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_that_never_reach_the_machine_are_counted_with_the_code_they_are_refused_with()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options =>
        {
            options.Authentication.ApiKeys.Add(new ApiKeyOptions { Name = "shop", Sha256 = Convert.ToHexStringLower(SHA256.HashData("secret"u8)) });
            options.Limits.CallsPerSecond = 0.01;
            options.Limits.MaxMetadataSize = 1000;
        });
        Assert.Equal("unauthenticated", await SendAsync());
        Assert.Equal("resource_exhausted", await SendAsync(("x-api-key", "secret"), ("x-large", new string('x', 1000))));
        Assert.Null(await SendAsync(("x-api-key", "secret")));
        Assert.Equal("resource_exhausted", await SendAsync(("x-api-key", "secret")));

        Assert.Equal(
            [$$"""{{{Send}}"0"} 1""", $$"""{{{Send}}"16"} 1""", $$"""{{{Send}}"8"} 2"""],
            (await ScrapeAsync(gateway)).Where(line => line.StartsWith(Count, StringComparison.Ordinal)).Select(line => line[Count.Length..]).Order());
        Assert.Single(restate.Calls);

        Task<string?> SendAsync(params (string Name, string Value)[] headers) =>
            gateway.CodeOfAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""", headers);
    }

    [Fact]
    public async Task Streams_are_counted_while_they_are_open()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        var answer = new TaskCompletionSource();
        restate.OnCall = async http =>
        {
            await answer.Task;
            await http.Response.WriteAsync(FakeRestate.Snapshot);
        };
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        await using var wait = gateway.StreamAsync("auth.v1.AuthService/WaitFor", """{"key":"k","condition":{"done":true}}""").GetAsyncEnumerator();
        Assert.True(await wait.MoveNextAsync());
        Assert.Contains("""gateway_streams{rpc_service="auth.v1.AuthService",rpc_method="WaitFor"} 1""", await ScrapeAsync(gateway));

        answer.SetResult();
        while (await wait.MoveNextAsync())
        {
        }

        const string closed = """gateway_streams{rpc_service="auth.v1.AuthService",rpc_method="WaitFor"} 0""";
        await Eventually.BecomesTrueAsync(async () => (await ScrapeAsync(gateway)).Contains(closed), () => "no open stream");
    }

    [Fact]
    public async Task Retries_and_circuits_are_shown()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();

        // So seldom that it is the call's own attempts that find Restate down.
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.ProbeInterval = TimeSpan.FromSeconds(2));
        restate.IsDown = true;
        var call = gateway.CodeOfAsync("auth.v1.AuthService/Send", """{"key":"k","event":{"auth":{}}}""");
        var down = $$"""gateway_ingress_up{server_address="{{restate.Ingress}}"} 0""";
        await Eventually.BecomesTrueAsync(async () => (await ScrapeAsync(gateway)).Contains(down), () => down);
        restate.IsDown = false;
        Assert.Null(await call);
        Assert.Contains(await ScrapeAsync(gateway), line => line.StartsWith("""gateway_ingress_retries_total{restate_service="auth"} """, StringComparison.Ordinal));
    }

    private static async Task<string[]> ScrapeAsync(GatewayTestServer gateway)
    {
        using var response = await gateway.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return (await response.Content.ReadAsStringAsync()).Split('\n');
    }
}
