using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>Keepalive and shutdown of connections, as far as Kestrel does them.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_silent_connection_gets_a_PING_and_is_closed_without_an_answer()
    {
        await using var server = await RpcTestServer.StartAsync(
            services => services.Configure<RpcOptions>(options =>
            {
                options.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
                options.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
            }),
            null,
            [Handlers.Echo]);
        using var connection = await RawHttp2Connection.OpenAsync(server);

        var types = new List<byte>();
        while (await connection.ReadFrameAsync() is { } frame)
            types.Add(frame.Type);

        Assert.Contains(RawHttp2Connection.Ping, types);
    }

    [Fact]
    public async Task Shutdown_sends_GOAWAY_before_the_connection_closes()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var connection = await RawHttp2Connection.OpenAsync(server);
        Assert.NotNull(await connection.ReadFrameAsync());

        var stopped = server.StopAsync();

        var types = new List<byte>();
        while (await connection.ReadFrameAsync() is { } frame)
            types.Add(frame.Type);
        Assert.Contains(RawHttp2Connection.GoAway, types);
        await stopped;
    }

    [Fact]
    public async Task Settings_of_Kestrel_take_precedence()
    {
        await using var server = await RpcTestServer.StartAsync(
            services => services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(77)), null, []);

        Assert.Equal(TimeSpan.FromSeconds(77), server.Resolve<IOptions<KestrelServerOptions>>().Value.Limits.Http2.KeepAlivePingDelay);
    }
}
