using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>gRPC over HTTP/2, frame by frame (doc/PROTOCOL-HTTP2.md).</summary>
public sealed class GrpcCallTests
{
    [Fact]
    public async Task A_unary_call_answers_with_headers_one_message_and_trailers()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame("hello"));

        Assert.Equal(HttpStatusCode.OK, response.Http.StatusCode);
        Assert.Equal("application/grpc", response.Http.Content.Headers.ContentType!.ToString());
        var (flags, payload) = Assert.Single(response.Messages);
        Assert.Equal(0, flags);
        Assert.Equal("hello", Encoding.UTF8.GetString(payload));
        Assert.False(response.TrailersOnly);
        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Null(response.Message);
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame(""));

        Assert.Empty(Assert.Single(response.Messages).Payload);
        Assert.Equal(StatusCode.OK, response.Status);
    }

    [Fact]
    public async Task A_message_larger_than_the_flow_control_windows_passes_both_ways()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);
        var message = new byte[4 * 1024 * 1024];
        new Random(1).NextBytes(message);

        var response = await client.CallAsync("Echo", Frames.Frame(message));

        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Equal(message, Assert.Single(response.Messages).Payload);
    }

    [Fact]
    public async Task A_client_stream_is_read_to_its_half_close()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Join);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Join", [.. Frames.Frame("a"), .. Frames.Frame(""), .. Frames.Frame("bc")]);

        Assert.Equal("abc", Encoding.UTF8.GetString(Assert.Single(response.Messages).Payload));
        Assert.Equal(StatusCode.OK, response.Status);
    }

    [Fact]
    public async Task A_server_stream_is_a_sequence_of_messages()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Spell);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Spell", Frames.Frame("abc"));

        Assert.Equal(["a", "b", "c"], response.Messages.Select(message => Encoding.UTF8.GetString(message.Payload)));
        Assert.Equal(StatusCode.OK, response.Status);
    }

    [Fact]
    public async Task A_duplex_stream_answers_before_the_next_request()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Chat);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Chat");

        await call.WriteMessageAsync("one");
        Assert.Equal("one", await call.ReadMessageAsync());
        await call.WriteMessageAsync("two");
        Assert.Equal("two", await call.ReadMessageAsync());
        await call.CompleteAsync();

        var end = await call.FinishAsync();
        Assert.Empty(end.Messages);
        Assert.Equal(StatusCode.OK, end.Status);
    }

    [Fact]
    public async Task A_stream_without_messages_is_OK_in_both_directions()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Chat);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Chat", []);

        Assert.Empty(response.Messages);
        Assert.Equal(StatusCode.OK, response.Status);
    }

    [Fact]
    public async Task A_message_may_arrive_byte_by_byte()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Chat);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Chat");

        foreach (var value in Frames.Frame("bytes"))
            await call.WriteAsync([value]);

        Assert.Equal("bytes", await call.ReadMessageAsync());
        await call.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await call.FinishAsync()).Status);
    }

    [Fact]
    public async Task Headers_can_be_sent_ahead_of_the_first_message()
    {
        var proceed = new TaskCompletionSource();
        await using var server = await RpcTestServer.StartAsync(new RpcMethod("Slow", RpcMethodType.DuplexStreaming, async call =>
        {
            call.ResponseHeaders.Add("x-early", "yes");
            await call.WriteHeadersAsync();
            await proceed.Task;
        }));
        using var client = new GrpcTestClient(server);
        var call = client.Start("Slow");

        var response = await call.ResponseAsync();

        Assert.Equal("yes", response.Headers.GetValues("x-early").Single());
        proceed.SetResult();
        Assert.Equal(StatusCode.OK, (await call.FinishAsync()).Status);
    }

    [Fact]
    public async Task A_status_without_headers_and_messages_comes_as_trailers_only()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Fails("Fail", () => new RpcException(StatusCode.NotFound, "no such thing")));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Fail", Frames.Frame(""));

        Assert.True(response.TrailersOnly);
        Assert.Equal(StatusCode.NotFound, response.Status);
        Assert.Equal("no such thing", response.Message);
        Assert.Empty(response.Messages);
    }

    [Fact]
    public async Task Headers_of_a_failed_call_arrive_as_headers()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Do("Fail", call =>
        {
            call.ResponseHeaders.Add("x-header", "h");
            call.ResponseTrailers.Add("x-trailer", "t");
            throw new RpcException(StatusCode.Aborted, "lost");
        }));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Fail", Frames.Frame(""));

        Assert.False(response.TrailersOnly);
        Assert.Equal("h", response.Header("x-header"));
        Assert.Equal("t", response.Trailer("x-trailer"));
        Assert.Equal(StatusCode.Aborted, response.Status);
    }

    [Fact]
    public async Task A_status_may_follow_messages()
    {
        await using var server = await RpcTestServer.StartAsync(new RpcMethod("Some", RpcMethodType.ServerStreaming, async call =>
        {
            await call.WriteAsync("first"u8.ToArray());
            throw new RpcException(StatusCode.DataLoss, "then nothing");
        }));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Some", Frames.Frame(""));

        Assert.Single(response.Messages);
        Assert.Equal(StatusCode.DataLoss, response.Status);
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("100%", "100%25")]
    [InlineData("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n", "%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA and non-BMP %F0%9F%98%88%09%0A")]
    public async Task The_status_message_is_percent_encoded(string message, string encoded)
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Fails("Fail", () => new RpcException(StatusCode.Unknown, message)));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Fail", Frames.Frame(""));

        Assert.Equal(encoded, response.Message);
    }

    [Fact]
    public async Task Details_travel_as_a_google_rpc_Status()
    {
        var detail = Any.Pack(new Duration { Seconds = 7 });
        await using var server = await RpcTestServer.StartAsync(
            Handlers.Fails("Fail", () => new RpcException(new RpcStatus(StatusCode.InvalidArgument, "näh", [detail]))));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Fail", Frames.Frame(""));

        var text = response.Header("grpc-status-details-bin")!;
        Assert.DoesNotContain('=', text);
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        Assert.Equal(3, status.Code);
        Assert.Equal("näh", status.Message);
        Assert.Equal(7, Assert.Single(status.Details).Unpack<Duration>().Seconds);
    }

    [Fact]
    public async Task An_exception_of_the_handler_is_UNKNOWN_and_logged_but_not_told()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Fails("Fail", () => new InvalidOperationException("secret")));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Fail", Frames.Frame(""));

        Assert.Equal(StatusCode.Unknown, response.Status);
        Assert.Equal("Exception was thrown by handler.", response.Message);
        Assert.Contains(server.Log.Entries, entry => entry is { Level: LogLevel.Error, Exception.Message: "secret" });
    }

    [Fact]
    public async Task A_cancellation_that_is_not_the_calls_is_a_failure_of_the_handler()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Fails("Fail", () => new OperationCanceledException()));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Fail", Frames.Frame(""));

        Assert.Equal(StatusCode.Unknown, response.Status);
        Assert.Contains(server.Log.Entries, entry => entry.Level == LogLevel.Error);
    }

    [Theory]
    [InlineData(RpcMethodType.Unary)]
    [InlineData(RpcMethodType.ClientStreaming)]
    public async Task A_handler_that_writes_no_single_response_is_INTERNAL(RpcMethodType type)
    {
        await using var server = await RpcTestServer.StartAsync(new RpcMethod("Nothing", type, _ => ValueTask.CompletedTask));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Nothing", Frames.Frame(""));

        Assert.Equal(StatusCode.Internal, response.Status);
        Assert.Contains("without writing", response.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RpcMethodType.Unary)]
    [InlineData(RpcMethodType.ClientStreaming)]
    public async Task A_handler_that_writes_two_single_responses_is_INTERNAL(RpcMethodType type)
    {
        await using var server = await RpcTestServer.StartAsync(new RpcMethod("Twice", type, async call =>
        {
            await call.WriteAsync("1"u8.ToArray());
            await call.WriteAsync("2"u8.ToArray());
        }));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Twice", Frames.Frame(""));

        Assert.Equal(StatusCode.Internal, response.Status);
        Assert.Contains("more than the one", response.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_service_is_UNIMPLEMENTED()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("/test.v1.Other/Echo", Frames.Frame(""));

        Assert.Equal(HttpStatusCode.OK, response.Http.StatusCode);
        Assert.Equal(StatusCode.Unimplemented, response.Status);
        Assert.Equal("Service 'test.v1.Other' is not served here.", response.Message);
    }

    [Fact]
    public async Task An_unknown_method_is_UNIMPLEMENTED()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Nope", Frames.Frame(""));

        Assert.Equal(StatusCode.Unimplemented, response.Status);
        Assert.Equal("Service 'test.v1.Test' has no method 'Nope'.", response.Message);
    }

    [Theory]
    [InlineData("application/grpc", HttpStatusCode.OK)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("application/grpc; charset=utf-8", HttpStatusCode.OK)]
    [InlineData("application/grpc+avro", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpcx", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task Other_content_types_are_refused_with_415(string contentType, HttpStatusCode expected)
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);
        var request = client.NewRequest("Echo", new ByteArrayContent(Frames.Frame("")));
        request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        using var response = await client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Other_verbs_are_refused_with_405()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);
        var request = client.NewRequest("Echo", new ByteArrayContent(Frames.Frame("")));
        request.Method = HttpMethod.Put;

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Http_1_is_refused_with_505()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);
        var request = client.NewRequest("Echo", new ByteArrayContent(Frames.Frame("")));
        request.RequestUri = new Uri(server.Http1Address, request.RequestUri!.AbsolutePath);
        request.Version = HttpVersion.Version11;

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.HttpVersionNotSupported, response.StatusCode);
    }

    [Theory]
    [InlineData(RpcMethodType.Unary)]
    [InlineData(RpcMethodType.ServerStreaming)]
    public async Task A_method_that_takes_one_message_refuses_none(RpcMethodType type)
    {
        await using var server = await RpcTestServer.StartAsync(new RpcMethod("One", type, async call => await call.ReadAsync()));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("One", []);

        Assert.Equal(StatusCode.Unimplemented, response.Status);
        Assert.Contains("got none", response.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RpcMethodType.Unary)]
    [InlineData(RpcMethodType.ServerStreaming)]
    public async Task A_method_that_takes_one_message_refuses_two(RpcMethodType type)
    {
        await using var server = await RpcTestServer.StartAsync(new RpcMethod("One", type, async call => await call.ReadAsync()));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("One", [.. Frames.Frame("1"), .. Frames.Frame("2")]);

        Assert.Equal(StatusCode.Unimplemented, response.Status);
        Assert.Contains("got more", response.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 5, 1 })]
    public async Task A_message_that_is_cut_short_is_INTERNAL(byte[] body)
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Join);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Join", body);

        Assert.Equal(StatusCode.Internal, response.Status);
        Assert.Contains("middle of a message", response.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_flags_are_INTERNAL()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame("x", flags: 2));

        Assert.Equal(StatusCode.Internal, response.Status);
    }

    [Fact]
    public async Task A_call_can_be_answered_while_its_request_is_still_open()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Fails("Refuse", () => new RpcException(StatusCode.PermissionDenied, "no"), RpcMethodType.DuplexStreaming));
        using var client = new GrpcTestClient(server);
        var call = client.Start("Refuse");
        await call.WriteMessageAsync("hello");

        var response = await call.FinishAsync();

        Assert.Equal(StatusCode.PermissionDenied, response.Status);
    }

    [Fact]
    public async Task A_running_call_finishes_on_the_handler_it_started_on()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Chat);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Chat");
        await call.WriteMessageAsync("before");
        Assert.Equal("before", await call.ReadMessageAsync());

        server.Registry.Replace([new RpcService("test.v1.New", [Handlers.Echo], null)]);

        await call.WriteMessageAsync("after");
        Assert.Equal("after", await call.ReadMessageAsync());
        await call.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await call.FinishAsync()).Status);
        Assert.Equal(StatusCode.Unimplemented, (await client.CallAsync("Chat", [])).Status);
        Assert.Equal(StatusCode.OK, (await client.CallAsync("/test.v1.New/Echo", Frames.Frame(""))).Status);
    }
}
