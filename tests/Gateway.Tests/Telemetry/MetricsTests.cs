using System.Security.Cryptography;
using System.Text;
using Gateway.Security;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rpc;

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
    public async Task Calls_of_what_nobody_serves_are_counted_together_whatever_they_are_called()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        Assert.Equal("unimplemented", await gateway.CodeOfAsync("auth.v1.AuthService/NoSuchMethod", "{}"));
        Assert.Equal("unimplemented", await gateway.CodeOfAsync("no.such.Service/Method", "{}"));

        var metrics = await ScrapeAsync(gateway);
        Assert.Equal(
            ["""{rpc_system="connect_rpc",rpc_service="_OTHER",rpc_method="_OTHER",rpc_grpc_status_code="12"} 2"""],
            metrics.Where(line => line.StartsWith(Count, StringComparison.Ordinal)).Select(line => line[Count.Length..]));
        Assert.DoesNotContain(metrics, line => line.StartsWith("gateway_streams", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Send", false)]
    [InlineData("WaitFor", true)]
    public async Task A_call_that_its_client_leaves_is_counted_as_cancelled(string method, bool isStream)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        using var client = new CancellationTokenSource();
        var call = CallAsync(gateway, method, isStream, client.Token);
        await Eventually.BecomesTrueAsync(() => !restate.Calls.IsEmpty, () => "the call to be under way");
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await CountBecomesAsync(gateway, method, code: 1);
    }

    [Theory]
    [InlineData("Send", false)]
    [InlineData("WaitFor", true)]
    public async Task A_call_that_the_end_of_the_gateway_cuts_off_is_counted_as_unavailable(string method, bool isStream)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, services: services => services.Configure<RpcOptions>(rpc => rpc.ShutdownGracePeriod = TimeSpan.Zero));
        var call = CallAsync(gateway, method, isStream, CancellationToken.None);
        await Eventually.BecomesTrueAsync(() => !restate.Calls.IsEmpty, () => "the call to be under way");
        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await call;
        await CountBecomesAsync(gateway, method, code: 14);
    }

    [Theory]
    [InlineData("Send")]
    [InlineData("GetSnapshot")]
    public async Task A_call_that_runs_out_of_time_is_counted_as_such(string method)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        Assert.Equal("deadline_exceeded", await gateway.CodeOfAsync($"auth.v1.AuthService/{method}", RequestOf(method), ("connect-timeout-ms", "300")));
        await CountBecomesAsync(gateway, method, code: 4);
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

    private static string RequestOf(string method) => method switch
    {
        "Send" => """{"key":"k","event":{"auth":{}}}""",
        "WaitFor" => """{"key":"k","condition":{"done":true}}""",
        _ => """{"key":"k"}""",
    };

    private static async Task CallAsync(GatewayTestServer gateway, string method, bool isStream, CancellationToken cancellationToken)
    {
        if (isStream)
        {
            await foreach (var message in gateway.StreamAsync($"auth.v1.AuthService/{method}", RequestOf(method), cancellationToken))
                Assert.NotEqual(default, message);
        }
        else
        {
            using var request = new StringContent(RequestOf(method), Encoding.UTF8, "application/json");
            using var response = await gateway.Http.PostAsync(new Uri($"auth.v1.AuthService/{method}", UriKind.Relative), request, cancellationToken);
        }
    }

    private static Task CountBecomesAsync(GatewayTestServer gateway, string method, int code)
    {
        var expected = $$"""{{Count}}{rpc_system="connect_rpc",rpc_service="auth.v1.AuthService",rpc_method="{{method}}",rpc_grpc_status_code="{{code}}"} 1""";
        return Eventually.BecomesTrueAsync(async () => (await ScrapeAsync(gateway)).Contains(expected), () => expected);
    }

    private static async Task<string[]> ScrapeAsync(GatewayTestServer gateway)
    {
        using var response = await gateway.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return (await response.Content.ReadAsStringAsync()).Split('\n');
    }
}
