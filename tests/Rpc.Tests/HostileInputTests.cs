using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rpc.Tests.Fuzzing;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>What broken and ill-meaning clients send. The server answers or hangs up; it goes on serving, and nothing is its own fault.</summary>
public sealed class HostileInputTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task Damaged_requests_in_every_protocol_are_answered_in_order(int seed, bool http2)
    {
        await using var server = await RpcTestServer.StartAsync(services => services.AddRpcJson(), null, []);
        server.Registry.Replace([FuzzedService.Create(), new RpcService(RpcTestServer.Service, [Handlers.Echo], null)]);
        using var client = new WebTestClient(server, http2);
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var request = i % 2 == 0 ? RequestFuzzer.DamagedBody(random) : RequestFuzzer.DamagedHead(random);
            using var content = new ByteArrayContent(request.Body);
            content.Headers.TryAddWithoutValidation("content-type", request.ContentType);

            using var response = await client.SendAsync(new HttpMethod(request.Verb), request.Path, request.Verb == "GET" ? null : content, [.. request.Headers]);

            var body = await response.Content.ReadAsByteArrayAsync();
            var headers = response.Headers.Concat(response.TrailingHeaders).ToLookup(header => header.Key, header => header.Value.First(), StringComparer.OrdinalIgnoreCase);
            var contentType = response.Content.Headers.NonValidated.TryGetValues("content-type", out var values) ? values.ToString() : "";
            new FuzzedResponse((int)response.StatusCode, contentType, headers["grpc-status"].SingleOrDefault(), body).Outcome();
        }

        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
        await AssertServesAsync(server);
    }

    [Fact]
    public async Task A_client_that_stalls_in_the_middle_of_a_message_does_not_hold_up_others()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo, Handlers.Join);
        using var stalling = new GrpcTestClient(server);
        var stalled = Enumerable.Range(0, 90).Select(_ => stalling.Start("Join")).ToArray();
        foreach (var call in stalled)
            await call.WriteAsync([0, 0, 0x3F, 0xFF, 0xFF, 1]);

        await AssertServesAsync(server);

        foreach (var call in stalled)
            call.Cancel();
    }

    [Fact]
    public async Task A_call_that_stalls_does_not_cost_the_others_their_connection()
    {
        await using var server = await RpcTestServer.StartAsync(
            services => services.Configure<KestrelServerOptions>(
                kestrel => kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(1.5))),
            null,
            [Handlers.Echo, Handlers.Chat]);
        using var client = new GrpcTestClient(server);
        var other = client.Start("Chat");
        await other.WriteMessageAsync("before");
        Assert.Equal("before", await other.ReadMessageAsync());

        var stalled = client.Start("Echo", ("grpc-timeout", "4S"));
        await stalled.WriteAsync(Frames.Frame("hello")[..7]);
        Assert.Equal(StatusCode.DeadlineExceeded, (await stalled.FinishAsync()).Status);

        await other.WriteMessageAsync("after");
        Assert.Equal("after", await other.ReadMessageAsync());
        Assert.Single(server.Log.Connections.Distinct());
    }

    [Fact]
    public async Task A_flood_of_resets_leaves_the_server_serving()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo, Handlers.Chat);
        using (var client = new GrpcTestClient(server))
        {
            for (var i = 0; i < 300; i++)
            {
                var call = client.Start("Chat");
                call.Cancel();
                await Assert.ThrowsAnyAsync<Exception>(call.ResponseAsync);
            }
        }

        await AssertServesAsync(server);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Ten_thousand_headers_are_refused()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using (var client = new GrpcTestClient(server))
        {
            var request = client.NewRequest("Echo", new ByteArrayContent(Frames.Frame("")));
            for (var i = 0; i < 10_000; i++)
                request.Headers.TryAddWithoutValidation($"x-{i}", "value");

            HttpStatusCode? status = null;
            try
            {
                using var response = await client.SendAsync(request);
                status = response.StatusCode;
            }
            catch (HttpRequestException)
            {
                // Hung up, which is an answer too.
            }

            Assert.NotEqual(HttpStatusCode.OK, status);
        }

        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Bytes_that_are_not_HTTP_2_close_their_connection_only()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
        {
            using var connection = await RawHttp2Connection.OpenAsync(server);
            var bytes = new byte[random.Next(9, 2000)];
            random.NextBytes(bytes);
            bytes[0] = 0;
            await connection.WriteAsync(bytes);
        }

        await AssertServesAsync(server);
    }

    private static async Task AssertServesAsync(RpcTestServer server)
    {
        using var client = new GrpcTestClient(server);
        Assert.Equal(StatusCode.OK, (await client.CallAsync("Echo", Frames.Frame("still here"))).Status);
    }
}
