using System.Text;
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
    public async Task A_drained_connection_gets_GOAWAY_while_its_stream_goes_on_to_the_end_of_the_grace_period()
    {
        var entered = new TaskCompletionSource();
        var stopping = new TaskCompletionSource();
        var waiting = new RpcMethod("Wait", RpcMethodType.DuplexStreaming, async call =>
        {
            entered.SetResult();
            await stopping.Task;
            await call.WriteAsync("still served"u8.ToArray());
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        });
        await using var server = await RpcTestServer.StartAsync(
            services => services.Configure<RpcOptions>(options => options.ShutdownGracePeriod = TimeSpan.FromSeconds(3)), null, [waiting]);
        using var connection = await RawHttp2Connection.OpenAsync(server);
        await connection.StartCallAsync($"/{RpcTestServer.Service}/Wait");
        await entered.Task;

        var stopped = server.StopAsync();

        while ((await connection.ReadFrameAsync())!.Value.Type != RawHttp2Connection.GoAway)
        {
        }

        stopping.SetResult();
        var blocks = new List<byte[]>();
        while (await connection.ReadFrameAsync() is { } frame)
        {
            if (frame.Type == RawHttp2Connection.Headers)
                blocks.Add(frame.Payload);
        }

        // Headers, for the message, and trailers: a code of two digits, 14.
        Assert.Equal(2, blocks.Count);
        Assert.Contains("grpc-status\u000214", Encoding.Latin1.GetString(blocks[1]), StringComparison.Ordinal);
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
