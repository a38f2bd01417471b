using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Auth.V1;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Tests.Telemetry;

/// <summary>The variables are the process's, so the gateway is one of its own, as users run it.</summary>
public class OtlpTests
{
    [Fact]
    public async Task Traces_and_metrics_go_to_the_collector_that_the_environment_names()
    {
        var received = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        await using var collector = builder.Build();
        collector.Run(async http =>
        {
            using var body = new StreamReader(http.Request.Body, Encoding.Latin1);
            var text = await body.ReadToEndAsync();
            received.AddOrUpdate(http.Request.Path, text, (_, before) => before + text);
        });
        await collector.StartAsync();
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        var httpPort = FreePorts.Next();
        await using var gateway = ChildProcess.Start(
            "/usr/bin/env",
            [
                $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.Single()}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_SERVICE_NAME=front-door",
                "OTEL_BSP_SCHEDULE_DELAY=100", "OTEL_METRIC_EXPORT_INTERVAL=100",
                "dotnet", Path.Combine(AppContext.BaseDirectory, "Gateway.dll"),
                "--ingress", restate.Ingress.ToString(), "--admin", restate.Admin.ToString(),
                "--Gateway:Upstream:Http1Connections=0",
                "--grpc-port", $"{FreePorts.Next()}", "--http-port", $"{httpPort}",
            ]);
        await gateway.WaitForOutputAsync("Application started");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        using var call = new HttpRequestMessage(HttpMethod.Post, "/auth.v1.AuthService/Send")
        {
            Content = new StringContent("""{"key":"k","event":{"auth":{}}}""", Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(call);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        await ReceivesAsync("/v1/traces", "front-door");
        await ReceivesAsync("/v1/traces", "auth.v1.AuthService/Send");
        await ReceivesAsync("/v1/metrics", "rpc.server.call.duration");
        await ReceivesAsync("/v1/metrics", "gateway.ingress.up");

        Task ReceivesAsync(string path, string text) => Eventually.BecomesTrueAsync(
            () => received.TryGetValue(path, out var body) && body.Contains(text, StringComparison.Ordinal), () => $"{text} at {path}");
    }
}
