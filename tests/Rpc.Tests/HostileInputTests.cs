using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>What broken and ill-meaning clients send. The server answers or hangs up; it goes on serving, and nothing is its own fault.</summary>
public sealed class HostileInputTests
{
    private const string Echo = $"/{RpcTestServer.Service}/Echo";
    private const string Join = $"/{RpcTestServer.Service}/Join";

    private static readonly string[] ContentTypes =
    [
        "application/grpc", "application/grpc-web", "application/grpc-web-text", "application/connect+proto", "application/connect+json",
        "application/proto", "application/json", "application/grpc+json",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("grpc-encoding", ["gzip", "identity", "br", ""]),
        ("grpc-timeout", ["1S", "1n", "x", "99999999H"]),
        ("grpc-accept-encoding", ["gzip", ",,;q=,", "gzip;q=0"]),
        ("connect-content-encoding", ["gzip", "gzip, gzip"]),
        ("connect-timeout-ms", ["1000", "0", "-1"]),
        ("connect-protocol-version", ["1", "2"]),
        ("content-encoding", ["gzip", "identity"]),
        ("x-meta-bin", ["=", "AQ,,AQ", "%%%"]),
    ];

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task Random_bodies_in_every_protocol_are_answered(int seed, bool http2)
    {
        await using var server = await GrpcWebTests.StartAsync(LibraryService.Create());
        server.Registry.Replace([LibraryService.Create(), new RpcService(RpcTestServer.Service, [Handlers.Echo, Handlers.Join], Protos.LibraryReflection.Descriptor)]);
        using var client = new WebTestClient(server, http2);
        var random = new Random(seed);
        string[] paths = [Echo, Join, $"/{LibraryService.FullName}/GetBook", $"/{LibraryService.FullName}/ListBooks", $"/{LibraryService.FullName}/Chat", "/a.B/C"];

        for (var i = 0; i < 250; i++)
        {
            var contentType = Pick(random, ContentTypes);
            var headers = Headers.Where(_ => random.Next(4) == 0).Select(header => (header.Name, Pick(random, header.Values))).ToArray();

            using var response = await client.PostAsync(Pick(random, paths), contentType, RandomBody(random, contentType), headers);
            await response.Content.ReadAsByteArrayAsync();

            Assert.True((int)response.StatusCode is 200 or >= 400 and < 600);
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

    private static byte[] RandomBody(Random random, string contentType)
    {
        var payload = new byte[random.Next(200)];
        random.NextBytes(payload);
        if (random.Next(4) == 0)
            payload = Frames.Gzip(payload);
        if (random.Next(4) == 0)
            payload = Encoding.UTF8.GetBytes("""{"name":"x","count":2,"chapters":[{"title":null}]}""");

        byte[] flags = [0, 0, 0, 1, 2, 0x80, 0xFF];
        var body = Enumerable.Range(0, random.Next(4)).SelectMany(_ => Frames.Frame(payload, Pick(random, flags))).ToArray();
        if (body.Length > 0 && random.Next(3) == 0)
            body[random.Next(body.Length)] ^= (byte)random.Next(256);
        if (random.Next(4) == 0)
            body = body[..random.Next(body.Length + 1)];
        if (random.Next(6) == 0)
            body = payload;
        return contentType.EndsWith("text", StringComparison.Ordinal) && random.Next(4) != 0 ? Encoding.ASCII.GetBytes(Convert.ToBase64String(body)) : body;
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];

    private static async Task AssertServesAsync(RpcTestServer server)
    {
        using var client = new GrpcTestClient(server);
        Assert.Equal(StatusCode.OK, (await client.CallAsync("Echo", Frames.Frame("still here"))).Status);
    }
}
