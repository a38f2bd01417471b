using Google.Protobuf;
using Grpc.Health.V1;
using Rpc.Tests.Support;
using WireStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Rpc.Tests;

/// <summary>The health service (gRPC's doc/health-checking.md).</summary>
public sealed class RpcHealthTests
{
    private const string Check = "/grpc.health.v1.Health/Check";
    private const string List = "/grpc.health.v1.Health/List";
    private const string Watch = "/grpc.health.v1.Health/Watch";

    [Fact]
    public async Task The_server_is_serving_from_the_start()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync(Check, Request(""));

        Assert.Equal(WireStatus.Serving, StatusIn(Assert.Single(response.Messages).Payload));
    }

    [Fact]
    public async Task A_service_has_the_status_that_was_set()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);
        server.Resolve<RpcHealth>().SetStatus("a.B", ServingStatus.NotServing);

        var response = await client.CallAsync(Check, Request("a.B"));

        Assert.Equal(WireStatus.NotServing, StatusIn(Assert.Single(response.Messages).Payload));
    }

    [Fact]
    public async Task Check_of_an_unknown_service_is_NOT_FOUND()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);
        server.Resolve<RpcHealth>().SetStatus("a.B", ServingStatus.Serving);
        server.Resolve<RpcHealth>().ClearStatus("a.B");

        Assert.Equal(StatusCode.NotFound, (await client.CallAsync(Check, Request("a.B"))).Status);
    }

    [Fact]
    public async Task List_answers_every_status()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);
        server.Resolve<RpcHealth>().SetStatus("a.B", ServingStatus.NotServing);

        var response = await client.CallAsync(List, Frames.Frame(""));

        var statuses = HealthListResponse.Parser.ParseFrom(Assert.Single(response.Messages).Payload).Statuses;
        Assert.Equal(2, statuses.Count);
        Assert.Equal(WireStatus.Serving, statuses[""].Status);
        Assert.Equal(WireStatus.NotServing, statuses["a.B"].Status);
    }

    [Fact]
    public async Task List_of_too_many_services_is_RESOURCE_EXHAUSTED()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);
        for (var i = 0; i < 100; i++)
            server.Resolve<RpcHealth>().SetStatus($"a.B{i}", ServingStatus.Serving);

        Assert.Equal(StatusCode.ResourceExhausted, (await client.CallAsync(List, Frames.Frame(""))).Status);
    }

    [Fact]
    public async Task Watch_sends_the_status_and_its_changes()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);
        var health = server.Resolve<RpcHealth>();
        var watch = client.Start(Watch);
        await watch.WriteAsync(Request("a.B"));
        await watch.CompleteAsync();

        Assert.Equal(WireStatus.ServiceUnknown, await NextAsync(watch));
        health.SetStatus("a.B", ServingStatus.Serving);
        Assert.Equal(WireStatus.Serving, await NextAsync(watch));
        health.SetStatus("a.B", ServingStatus.Serving);
        health.SetStatus("other", ServingStatus.NotServing);
        health.SetStatus("a.B", ServingStatus.NotServing);
        Assert.Equal(WireStatus.NotServing, await NextAsync(watch));
        health.ClearStatus("a.B");
        Assert.Equal(WireStatus.ServiceUnknown, await NextAsync(watch));
        watch.Cancel();
    }

    [Fact]
    public async Task Shutdown_makes_everything_NOT_SERVING_while_calls_go_on()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);
        var watch = client.Start(Watch);
        await watch.WriteAsync(Request(""));
        await watch.CompleteAsync();
        Assert.Equal(WireStatus.Serving, await NextAsync(watch));

        var stopped = server.StopAsync();

        Assert.Equal(WireStatus.NotServing, await NextAsync(watch));
        watch.Cancel();
        (await watch.ResponseAsync()).Dispose();
        await stopped;
    }

    private static Task<RpcTestServer> StartAsync() => RpcTestServer.StartAsync(services => services.AddRpcHealth(), null, []);

    private static byte[] Request(string service) => Frames.Frame(new HealthCheckRequest { Service = service }.ToByteArray());

    private static WireStatus StatusIn(byte[] message) => HealthCheckResponse.Parser.ParseFrom(message).Status;

    private static async Task<WireStatus> NextAsync(GrpcTestStream watch) => StatusIn((await watch.ReadBytesAsync())!);
}
