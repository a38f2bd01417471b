using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Security;

/// <summary>Ingress and admin API in one. Every ingress call is noted and answered with a snapshot; waits are not answered.</summary>
internal sealed class FakeRestate : IAsyncDisposable
{
    private const string Snapshot =
        """{"status":"active","value":"open","context":{},"tags":[],"children":{},"historyValue":{},"version":"order","revision":1}""";

    private readonly WebApplication _app;

    private FakeRestate(WebApplication app) => _app = app;

    /// <summary>The paths that were called.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public Uri Ingress => new(_app.Urls.First());

    public Uri Admin => new(_app.Urls.Last());

    public static async Task<FakeRestate> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var restate = new FakeRestate(app);
        app.MapGet("/services", () => Results.Text("""{"services":[]}""", "application/json"));
        app.MapPost("/{**path}", restate.AnswerAsync);
        await app.StartAsync();
        return restate;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        Calls.Enqueue(http.Request.Path.Value!);
        if (http.Request.Path.Value!.EndsWith("/waitFor", StringComparison.Ordinal))
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(Snapshot);
    }
}
