using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>How calls look to ASP.NET: endpoints that follow the registry.</summary>
public sealed class EndpointTests
{
    [Fact]
    public async Task Each_method_is_an_endpoint_and_follows_the_registry()
    {
        var seen = new List<string?>();
        await using var server = await RpcTestServer.StartAsync(
            null,
            app => app.UseRouting().Use((http, next) =>
            {
                seen.Add($"{http.GetEndpoint()?.DisplayName}, {http.GetEndpoint()?.Metadata.GetMetadata<RpcMethod>()?.Name}");
                return next(http);
            }),
            [Handlers.Echo]);
        using var client = new GrpcTestClient(server);

        Assert.Equal(StatusCode.OK, (await client.CallAsync("Echo", Frames.Frame(""))).Status);
        Assert.Equal(StatusCode.Unimplemented, (await client.CallAsync("Join", Frames.Frame(""))).Status);
        server.Registry.Replace([new RpcService(RpcTestServer.Service, [Handlers.Join], null)]);
        Assert.Equal(StatusCode.Unimplemented, (await client.CallAsync("Echo", Frames.Frame(""))).Status);
        Assert.Equal(StatusCode.OK, (await client.CallAsync("Join", Frames.Frame(""))).Status);

        Assert.Equal(["RPC /test.v1.Test/Echo, Echo", "RPC, not served, ", "RPC, not served, ", "RPC /test.v1.Test/Join, Join"], seen);
    }

    [Fact]
    public async Task Conventions_and_the_prefix_of_a_group_apply_to_every_endpoint()
    {
        var marker = new object();
        var markers = 0;
        await using var server = await RpcTestServer.StartAsync(
            null,
            app =>
            {
                app.UseRouting().Use((http, next) =>
                {
                    if (http.GetEndpoint()!.Metadata.Contains(marker))
                        markers++;
                    return next(http);
                });
                app.MapGroup("/prefix").WithMetadata(marker).MapRpc();
            },
            [Handlers.Echo],
            map: false);
        using var client = new GrpcTestClient(server);

        Assert.Equal(StatusCode.OK, (await client.CallAsync($"/prefix/{RpcTestServer.Service}/Echo", Frames.Frame(""))).Status);
        Assert.Equal(StatusCode.Unimplemented, (await client.CallAsync($"/prefix/{RpcTestServer.Service}/Nope", Frames.Frame(""))).Status);

        Assert.Equal(2, markers);
    }

    [Fact]
    public async Task Middleware_refuses_calls_in_the_callers_protocol()
    {
        var handled = 0;
        await using var server = await RpcTestServer.StartAsync(
            null,
            app => app.UseRouting().Use((HttpContext http, RequestDelegate _) => http.RefuseRpcAsync(new RpcStatus(StatusCode.Unauthenticated, "Who are you?"))),
            [Handlers.Unary("Name", _ => [(byte)++handled])]);
        using var grpc = new GrpcTestClient(server);
        using var web = new WebTestClient(server);

        foreach (var method in new[] { "Name", "Nope" })
        {
            var refused = await grpc.CallAsync(method, Frames.Frame(""));
            Assert.Equal((StatusCode.Unauthenticated, "Who are you?"), (refused.Status, refused.Message));

            using var connect = await web.PostAsync($"/{RpcTestServer.Service}/{method}", "application/proto", []);
            Assert.Equal(HttpStatusCode.Unauthorized, connect.StatusCode);
            Assert.Equal("""{"code":"unauthenticated","message":"Who are you?"}""", await connect.Content.ReadAsStringAsync());

            using var page = await web.GetAsync($"/{RpcTestServer.Service}/{method}");
            Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        }

        Assert.Equal(0, handled);
    }

    [Fact]
    public async Task An_interceptor_sees_how_each_call_of_its_method_ends_refused_ones_included()
    {
        var seen = new List<StatusCode>();
        var name = Handlers.Unary("Name", _ => [1]) with
        {
            Interceptor = async (call, next) =>
            {
                try
                {
                    await next(call);
                    seen.Add(StatusCode.OK);
                }
                catch (RpcException e)
                {
                    seen.Add(e.Status.Code);
                    throw;
                }
            },
        };
        await using var server = await RpcTestServer.StartAsync(
            null,
            app => app.UseRouting().Use((http, next) => http.Request.Headers.ContainsKey("who")
                ? next(http)
                : http.RefuseRpcAsync(new RpcStatus(StatusCode.Unauthenticated, "Who are you?"))),
            [name]);
        using var client = new GrpcTestClient(server);

        Assert.Equal(StatusCode.OK, (await client.CallAsync("Name", Frames.Frame(""), ("who", "me"))).Status);
        Assert.Equal(StatusCode.Unauthenticated, (await client.CallAsync("Name", Frames.Frame(""))).Status);
        Assert.Equal(StatusCode.Unauthenticated, (await client.CallAsync("Nope", Frames.Frame(""))).Status);

        Assert.Equal([StatusCode.OK, StatusCode.Unauthenticated], seen);
    }

    [Fact]
    public async Task Names_that_differ_in_case_only_are_different_methods()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Unary("Name", _ => [1]), Handlers.Unary("NAME", _ => [2]));
        using var client = new GrpcTestClient(server);

        Assert.Equal([1], (await client.CallAsync("Name", Frames.Frame(""))).Messages.Single().Payload);
        Assert.Equal([2], (await client.CallAsync("NAME", Frames.Frame(""))).Messages.Single().Payload);
        Assert.Equal(StatusCode.Unimplemented, (await client.CallAsync("name", Frames.Frame(""))).Status);
    }

    [Fact]
    public void MapRpc_says_when_AddRpc_is_missing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var app = builder.Build();

        var missing = Assert.Throws<InvalidOperationException>(app.MapRpc);

        Assert.Contains("AddRpc", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_collide_are_refused_and_nothing_changes()
    {
        var registry = new RpcServiceRegistry();
        var service = new RpcService("a.B", [Handlers.Echo], null);
        registry.Replace([service]);
        var changes = 0;
        registry.Changed += (_, _) => changes++;

        Assert.Throws<ArgumentException>(() => registry.Replace([service, service]));
        Assert.Throws<ArgumentException>(() => registry.Replace([service with { Methods = [Handlers.Echo, Handlers.Echo] }]));

        Assert.Equal([service], registry.Services);
        Assert.Equal(0, changes);
    }
}
