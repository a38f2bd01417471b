using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>What stays in memory. Runs alone, since others allocate too.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Bombs_do_not_add_up()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);
        var bomb = Frames.Frame(Frames.Gzip(new byte[32 * MiB]), flags: 1);
        await DropAsync(10);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await DropAsync(100);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 * MiB);

        async Task DropAsync(int count)
        {
            for (var i = 0; i < count; i++)
                Assert.Equal(StatusCode.ResourceExhausted, (await client.CallAsync("Echo", bomb, ("grpc-encoding", "gzip"))).Status);
        }
    }

    [Fact]
    public async Task Announced_messages_that_never_come_do_not_take_their_size()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo, Handlers.Join);
        using var client = new GrpcTestClient(server);
        await client.CallAsync("Echo", Frames.Frame(""));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var calls = Enumerable.Range(0, 90).Select(_ => client.Start("Join")).ToArray();
        foreach (var call in calls)
            await call.WriteAsync([0, 0, 0x3F, 0xFF, 0xFF, 1]);
        await client.CallAsync("Echo", Frames.Frame(""));

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 * MiB);
        foreach (var call in calls)
            call.Cancel();
    }

    [Fact]
    public async Task A_flood_waits_at_the_client_until_the_handler_reads()
    {
        const int Messages = 64;
        var reading = new TaskCompletionSource();
        var slow = new RpcMethod("Slow", RpcMethodType.ClientStreaming, async call =>
        {
            await reading.Task;
            var count = 0;
            while (await call.ReadAsync() is not null)
                count++;
            await call.WriteAsync(new[] { (byte)count });
        });
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo, slow);
        using var client = new GrpcTestClient(server);
        var flood = client.Start("Slow");
        var message = Frames.Frame(new byte[MiB]);
        var sent = 0;
        var sending = SendAsync();

        await AssertServesAsync(client);

        Assert.InRange(sent, 0, 8);
        reading.SetResult();
        await sending;
        Assert.Equal(Messages, (await flood.FinishAsync()).Messages.Single().Payload.Single());

        async Task SendAsync()
        {
            for (; sent < Messages; sent++)
                await flood.WriteAsync(message);
            await flood.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_handler_that_writes()
    {
        var written = 0;
        var endless = new RpcMethod("Endless", RpcMethodType.ServerStreaming, async call =>
        {
            await call.ReadAsync();
            var message = new byte[MiB];
            while (true)
            {
                await call.WriteAsync(message);
                Interlocked.Increment(ref written);
            }
        });
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo, endless);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Endless");
        await call.WriteMessageAsync("");
        await call.CompleteAsync();
        Assert.NotNull(await call.ReadBytesAsync());

        await AssertServesAsync(client);

        Assert.InRange(Volatile.Read(ref written), 1, 8);
        call.Cancel();
    }

    /// <summary>Long enough for a side that nothing holds back to get far beyond the windows of HTTP/2.</summary>
    private static async Task AssertServesAsync(GrpcTestClient client)
    {
        for (var i = 0; i < 200; i++)
            Assert.Equal(StatusCode.OK, (await client.CallAsync("Echo", Frames.Frame("still here"))).Status);
    }
}
