using Google.Protobuf;
using Grpc.Testing;
using Rpc.Tests.Support;

namespace Rpc.Tests.Interop;

/// <summary>
/// The interop cases of the gRPC project (doc/interop-test-descriptions.md) that need no credentials, under their own names, by a
/// client that sees the frames. tests/Interop has other people's clients run them.
/// </summary>
public sealed class InteropTests
{
    private const string Path = "/grpc.testing.TestService/";

    [Fact]
    public Task Empty_unary() => RunAsync(async client =>
    {
        var response = await client.CallAsync(Path + "EmptyCall", Frames.Frame(""));

        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Empty(Assert.Single(response.Messages).Payload);
    });

    [Fact]
    public Task Large_unary() => RunAsync(async client =>
    {
        var response = await client.CallAsync(Path + "UnaryCall", Frame(LargeRequest()));

        AssertLargeResponse(response, compressed: false);
    });

    [Fact]
    public Task Client_compressed_unary() => RunAsync(async client =>
    {
        var probe = LargeRequest();
        probe.ExpectCompressed = new BoolValue { Value = true };
        var plain = LargeRequest();
        plain.ExpectCompressed = new BoolValue { Value = false };

        Assert.Equal(StatusCode.InvalidArgument, (await client.CallAsync(Path + "UnaryCall", Frame(probe), ("grpc-encoding", "gzip"))).Status);
        AssertLargeResponse(await client.CallAsync(Path + "UnaryCall", GzipFrame(probe), ("grpc-encoding", "gzip")), compressed: false);
        AssertLargeResponse(await client.CallAsync(Path + "UnaryCall", Frame(plain), ("grpc-encoding", "gzip")), compressed: false);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Server_compressed_unary(bool compressed) => RunAsync(async client =>
    {
        var request = LargeRequest();
        request.ResponseCompressed = new BoolValue { Value = compressed };

        AssertLargeResponse(await client.CallAsync(Path + "UnaryCall", Frame(request), ("grpc-accept-encoding", "identity,gzip")), compressed);
    });

    [Fact]
    public Task Client_streaming() => RunAsync(async client =>
    {
        int[] sizes = [27182, 8, 1828, 45904];

        var response = await client.CallAsync(
            Path + "StreamingInputCall", [.. sizes.SelectMany(size => Frame(new StreamingInputCallRequest { Payload = Zeros(size) }))]);

        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Equal(74922, StreamingInputCallResponse.Parser.ParseFrom(Assert.Single(response.Messages).Payload).AggregatedPayloadSize);
    });

    [Fact]
    public Task Client_compressed_streaming() => RunAsync(async client =>
    {
        var compressed = new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = true }, Payload = Zeros(27182) };
        var plain = new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = false }, Payload = Zeros(45904) };

        var probe = await client.CallAsync(Path + "StreamingInputCall", Frame(compressed), ("grpc-encoding", "gzip"));
        var response = await client.CallAsync(Path + "StreamingInputCall", [.. GzipFrame(compressed), .. Frame(plain)], ("grpc-encoding", "gzip"));

        Assert.Equal(StatusCode.InvalidArgument, probe.Status);
        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Equal(73086, StreamingInputCallResponse.Parser.ParseFrom(Assert.Single(response.Messages).Payload).AggregatedPayloadSize);
    });

    [Fact]
    public Task Server_streaming() => RunAsync(async client =>
    {
        int[] sizes = [31415, 9, 2653, 58979];
        var request = new StreamingOutputCallRequest { ResponseParameters = { sizes.Select(size => new ResponseParameters { Size = size }) } };

        var response = await client.CallAsync(Path + "StreamingOutputCall", Frame(request));

        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Equal(sizes, response.Messages.Select(message => SizeOf(message.Payload)));
    });

    [Fact]
    public Task Server_compressed_streaming() => RunAsync(async client =>
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Compressed = new BoolValue { Value = true }, Size = 31415 },
                new ResponseParameters { Compressed = new BoolValue { Value = false }, Size = 92653 },
            },
        };

        var response = await client.CallAsync(Path + "StreamingOutputCall", Frame(request), ("grpc-accept-encoding", "gzip"));

        Assert.Equal([1, 0], response.Messages.Select(message => (int)message.Flags));
        Assert.Equal(31415, SizeOf(Frames.Gunzip(response.Messages[0].Payload)));
        Assert.Equal(92653, SizeOf(response.Messages[1].Payload));
    });

    [Fact]
    public Task Ping_pong() => RunAsync(async client =>
    {
        var call = client.Start(Path + "FullDuplexCall");
        foreach (var (size, payload) in new[] { (31415, 27182), (9, 8), (2653, 1828), (58979, 45904) })
        {
            var request = new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = size } }, Payload = Zeros(payload) };
            await call.WriteAsync(Frame(request));
            Assert.Equal(size, SizeOf((await call.ReadBytesAsync())!));
        }

        await call.CompleteAsync();
        var end = await call.FinishAsync();
        Assert.Equal(StatusCode.OK, end.Status);
        Assert.Empty(end.Messages);
    });

    [Fact]
    public Task Empty_stream() => RunAsync(async client =>
    {
        var response = await client.CallAsync(Path + "FullDuplexCall", []);

        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Empty(response.Messages);
    });

    [Theory]
    [InlineData("UnaryCall")]
    [InlineData("FullDuplexCall")]
    public Task Custom_metadata(string method) => RunAsync(async client =>
    {
        var request = method == "UnaryCall"
            ? Frame(LargeRequest())
            : Frame(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 314159 } }, Payload = Zeros(271828) });

        var response = await client.CallAsync(
            Path + method, request, ("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", "q6ur"));

        Assert.Equal("test_initial_metadata_value", response.Header("x-grpc-test-echo-initial"));
        Assert.Equal("q6ur", response.Trailer("x-grpc-test-echo-trailing-bin"));
    });

    [Theory]
    [InlineData("UnaryCall")]
    [InlineData("FullDuplexCall")]
    public Task Status_code_and_message(string method) => RunAsync(async client =>
    {
        var status = new EchoStatus { Code = 2, Message = "test status message" };
        var request = method == "UnaryCall" ? Frame(new SimpleRequest { ResponseStatus = status }) : Frame(new StreamingOutputCallRequest { ResponseStatus = status });

        var response = await client.CallAsync(Path + method, request);

        Assert.Equal(StatusCode.Unknown, response.Status);
        Assert.Equal("test status message", response.Message);
    });

    [Fact]
    public Task Special_status_message() => RunAsync(async client =>
    {
        const string Message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
        var request = new SimpleRequest { ResponseStatus = new EchoStatus { Code = 2, Message = Message } };

        var response = await client.CallAsync(Path + "UnaryCall", Frame(request));

        Assert.Equal(StatusCode.Unknown, response.Status);
        Assert.Equal(Message, Uri.UnescapeDataString(response.Message!));
    });

    [Theory]
    [InlineData("/grpc.testing.TestService/UnimplementedCall")]
    [InlineData("/grpc.testing.UnimplementedService/UnimplementedCall")]
    public Task Unimplemented_method_and_service(string path) => RunAsync(async client =>
        Assert.Equal(StatusCode.Unimplemented, (await client.CallAsync(path, Frames.Frame(""))).Status));

    [Fact]
    public Task Cancel_after_begin() => RunAsync(async client =>
    {
        var call = client.Start(Path + "StreamingInputCall");

        call.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(call.ResponseAsync);
    });

    [Fact]
    public Task Cancel_after_first_response() => RunAsync(async client =>
    {
        var call = client.Start(Path + "FullDuplexCall");
        await call.WriteAsync(Frame(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 31415 } }, Payload = Zeros(27182) }));
        Assert.Equal(31415, SizeOf((await call.ReadBytesAsync())!));

        (await call.ResponseAsync()).Dispose();

        Assert.Equal(StatusCode.OK, (await client.CallAsync(Path + "EmptyCall", Frames.Frame(""))).Status);
    });

    [Fact]
    public Task Timeout_on_sleeping_server() => RunAsync(async client =>
    {
        var call = client.Start(Path + "FullDuplexCall", ("grpc-timeout", "1m"));

        Assert.Equal(StatusCode.DeadlineExceeded, (await call.FinishAsync()).Status);
    });

    [Fact]
    public Task Concurrent_large_unary() => RunAsync(async client =>
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.CallAsync(Path + "UnaryCall", Frame(LargeRequest()))));

        Assert.All(responses, response => AssertLargeResponse(response, compressed: false));
    });

    private static async Task RunAsync(Func<GrpcTestClient, Task> run)
    {
        await using var server = await RpcTestServer.StartAsync();
        server.Registry.Replace([InteropService.Create()]);
        using var client = new GrpcTestClient(server);
        await run(client);
    }

    private static SimpleRequest LargeRequest() => new() { ResponseSize = 314159, Payload = Zeros(271828) };

    private static void AssertLargeResponse(GrpcTestResponse response, bool compressed)
    {
        Assert.Equal(StatusCode.OK, response.Status);
        var (flags, payload) = Assert.Single(response.Messages);
        Assert.Equal(compressed ? 1 : 0, flags);
        Assert.Equal(314159, SimpleResponse.Parser.ParseFrom(compressed ? Frames.Gunzip(payload) : payload).Payload.Body.Length);
    }

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    private static int SizeOf(byte[] response) => StreamingOutputCallResponse.Parser.ParseFrom(response).Payload.Body.Length;

    private static byte[] Frame(IMessage message) => Frames.Frame(message.ToByteArray());

    private static byte[] GzipFrame(IMessage message) => Frames.Frame(Frames.Gzip(message.ToByteArray()), flags: 1);
}
