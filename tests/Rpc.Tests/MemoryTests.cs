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
}
