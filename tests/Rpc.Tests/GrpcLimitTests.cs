using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>Message size limits and compression of gRPC calls.</summary>
public sealed class GrpcLimitTests
{
    private static readonly RpcMethod Compressed = new("Compressed", RpcMethodType.Unary, async call =>
    {
        var message = await call.ReadAsync();
        call.CompressResponse = true;
        await call.WriteAsync(message!.Value);
    });

    [Fact]
    public async Task A_request_over_the_limit_is_RESOURCE_EXHAUSTED()
    {
        await using var server = await StartAsync(options => options.MaxReceiveMessageSize = 10);
        using var client = new GrpcTestClient(server);

        Assert.Equal(StatusCode.OK, (await client.CallAsync("Echo", Frames.Frame(new byte[10]))).Status);
        var response = await client.CallAsync("Echo", Frames.Frame(new byte[11]));

        Assert.Equal(StatusCode.ResourceExhausted, response.Status);
        Assert.Equal("A request message is larger than the limit of 10 bytes.", response.Message);
    }

    [Fact]
    public async Task A_request_over_the_limit_is_refused_by_its_prefix_alone()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);
        var call = client.Start("Chat");

        await call.WriteAsync([0, 0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.Equal(StatusCode.ResourceExhausted, (await call.FinishAsync()).Status);
    }

    [Fact]
    public async Task A_response_over_the_limit_is_RESOURCE_EXHAUSTED()
    {
        await using var server = await StartAsync(options => options.MaxSendMessageSize = 10);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame(new byte[11]));

        Assert.Equal(StatusCode.ResourceExhausted, response.Status);
        Assert.Equal("A response message of 11 bytes is larger than the limit of 10 bytes.", response.Message);
    }

    [Fact]
    public async Task A_gzip_request_is_decompressed()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame(Frames.Gzip("hello"u8), flags: 1), ("grpc-encoding", "gzip"));

        Assert.Equal("hello", Encoding.UTF8.GetString(Assert.Single(response.Messages).Payload));
        Assert.Equal(0, response.Messages[0].Flags);
    }

    [Fact]
    public async Task Compressed_and_plain_messages_mix_in_one_stream()
    {
        var seen = new List<bool>();
        var method = new RpcMethod("Seen", RpcMethodType.ClientStreaming, async call =>
        {
            while (await call.ReadAsync() is not null)
                seen.Add(call.RequestCompressed);
            await call.WriteAsync(ReadOnlyMemory<byte>.Empty);
        });
        await using var server = await RpcTestServer.StartAsync(method);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync(
            "Seen", [.. Frames.Frame("a"), .. Frames.Frame(Frames.Gzip("b"u8), flags: 1), .. Frames.Frame("c")], ("grpc-encoding", "gzip"));

        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Equal([false, true, false], seen);
    }

    [Fact]
    public async Task A_decompression_bomb_is_stopped_at_the_limit()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);
        var bomb = Frames.Gzip(new byte[64 * 1024 * 1024]);
        Assert.True(bomb.Length < 100_000);

        var response = await client.CallAsync("Echo", Frames.Frame(bomb, flags: 1), ("grpc-encoding", "gzip"));

        Assert.Equal(StatusCode.ResourceExhausted, response.Status);
    }

    [Fact]
    public async Task Bytes_that_are_not_gzip_are_INTERNAL()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame("not gzip at all", flags: 1), ("grpc-encoding", "gzip"));

        Assert.Equal(StatusCode.Internal, response.Status);
        Assert.Contains("gzip", response.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_that_is_cut_short_is_INTERNAL()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);
        var gzip = Frames.Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000))));

        var response = await client.CallAsync("Echo", Frames.Frame(gzip.AsSpan(0, gzip.Length / 2), flags: 1), ("grpc-encoding", "gzip"));

        Assert.Equal(StatusCode.Internal, response.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task A_compressed_message_without_declared_compression_is_INTERNAL(string? encoding)
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync(
            "Echo", Frames.Frame(Frames.Gzip("hello"u8), flags: 1), encoding is null ? [] : [("grpc-encoding", encoding)]);

        Assert.Equal(StatusCode.Internal, response.Status);
    }

    [Fact]
    public async Task Another_compression_is_UNIMPLEMENTED_and_the_answer_names_those_that_are()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame("hello", flags: 1), ("grpc-encoding", "snappy"));

        Assert.Equal(StatusCode.Unimplemented, response.Status);
        Assert.Contains("snappy", response.Message, StringComparison.Ordinal);
        Assert.Equal("gzip,identity", response.Header("grpc-accept-encoding"));
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("identity, deflate,gzip", true)]
    [InlineData("identity,deflate", false)]
    [InlineData("gzipped", false)]
    [InlineData(null, false)]
    public async Task A_response_is_compressed_if_the_handler_asks_and_the_client_accepts(string? accepted, bool compressed)
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Compressed", Frames.Frame("hello"), accepted is null ? [] : [("grpc-accept-encoding", accepted)]);

        var (flags, payload) = Assert.Single(response.Messages);
        Assert.Equal(compressed ? 1 : 0, flags);
        Assert.Equal(compressed ? "gzip" : null, response.Header("grpc-encoding"));
        Assert.Equal("hello", Encoding.UTF8.GetString(compressed ? Frames.Gunzip(payload) : payload));
    }

    [Fact]
    public async Task An_empty_message_is_not_compressed_and_may_come_as_if_it_were()
    {
        await using var server = await StartAsync(_ => { });
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Compressed", Frames.Frame("", flags: 1), ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip"));

        Assert.Equal(StatusCode.OK, response.Status);
        var (flags, payload) = Assert.Single(response.Messages);
        Assert.Equal(0, flags);
        Assert.Empty(payload);
    }

    [Fact]
    public async Task Compression_can_be_switched_off_within_a_stream()
    {
        var method = new RpcMethod("Mixed", RpcMethodType.ServerStreaming, async call =>
        {
            await call.WriteAsync("a"u8.ToArray());
            call.CompressResponse = false;
            await call.WriteAsync("b"u8.ToArray());
        });
        await using var server = await RpcTestServer.StartAsync(services => services.Configure<RpcOptions>(options => options.CompressResponses = true), null, [method]);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Mixed", Frames.Frame(""), ("grpc-accept-encoding", "gzip"));

        Assert.Equal([1, 0], response.Messages.Select(message => (int)message.Flags));
    }

    private static Task<RpcTestServer> StartAsync(Action<RpcOptions> configure)
        => RpcTestServer.StartAsync(services => services.Configure(configure), null, [Handlers.Echo, Handlers.Chat, Compressed]);
}
