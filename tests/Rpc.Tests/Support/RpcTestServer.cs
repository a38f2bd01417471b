using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rpc.Tests.Support;

/// <summary>The library on a real Kestrel: one loopback port for HTTP/2 and one for HTTP/1.1.</summary>
internal sealed class RpcTestServer : IAsyncDisposable
{
    public const string Service = "test.v1.Test";

    private readonly WebApplication _app;

    private RpcTestServer(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Http2Address = new Uri(addresses[0]);
        Http1Address = new Uri(addresses[1]);
    }

    public Uri Http2Address { get; }

    public Uri Http1Address { get; }

    public RpcServiceRegistry Registry => Resolve<RpcServiceRegistry>();

    public LogSink Log => Resolve<LogSink>();

    /// <summary>Starts a server with one service, <see cref="Service"/>.</summary>
    public static Task<RpcTestServer> StartAsync(params RpcMethod[] methods) => StartAsync(null, null, methods);

    public static async Task<RpcTestServer> StartAsync(
        Action<IServiceCollection>? services, Action<WebApplication>? pipeline, RpcMethod[] methods, bool map = true)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<LogSink>();
        builder.Services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<LogSink>());
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddRpc();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.Use((http, next) =>
        {
            http.RequestServices.GetRequiredService<LogSink>().Connections.Enqueue(http.Connection.Id);
            return next(http);
        });
        pipeline?.Invoke(app);
        if (map)
            app.MapRpc();
        app.Services.GetRequiredService<RpcServiceRegistry>().Replace([new RpcService(Service, methods, null)]);
        await app.StartAsync();
        return new RpcTestServer(app);
    }

    public T Resolve<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Begins the shutdown; the task ends with it.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
