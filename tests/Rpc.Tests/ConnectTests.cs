using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Rpc.Tests.Protos;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>The Connect protocol (https://connectrpc.com/docs/protocol), over both versions of HTTP.</summary>
public sealed class ConnectTests
{
    private const string Json = "application/json";
    private const string Proto = "application/proto";
    private const string StreamJson = "application/connect+json";
    private const string StreamProto = "application/connect+proto";
    private const string GetBook = $"/{LibraryService.FullName}/GetBook";
    private const string ListBooks = $"/{LibraryService.FullName}/ListBooks";
    private const string AddBooks = $"/{LibraryService.FullName}/AddBooks";
    private const string Chat = $"/{LibraryService.FullName}/Chat";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unary_call_is_plain_JSON_over_HTTP(bool http2)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server, http2);

        using var response = await client.PostAsync(GetBook, "application/json; charset=utf-8", """{"name": "Dune"}"""u8.ToArray());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Json, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("Dune", (string?)(await JsonAsync(response))["name"]);
    }

    [Fact]
    public async Task A_unary_call_is_plain_protobuf_over_HTTP()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Proto, new GetBookRequest { Name = "Dune" }.ToByteArray(), ("connect-protocol-version", "1"));

        Assert.Equal(Proto, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("Dune", Book.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync()).Name);
    }

    [Fact]
    public async Task An_empty_body_is_the_empty_message()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Proto, []);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(GetBook, Proto, 0)]
    [InlineData(GetBook, Proto, 100_000)]
    [InlineData(ListBooks, StreamProto, 0)]
    [InlineData(GetBook, "application/grpc-web", 100_000)]
    [InlineData(GetBook, "application/grpc-web-text", 100_000)]
    public async Task A_connection_of_HTTP_1_is_used_again(string path, string contentType, int size)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);
        var message = new GetBookRequest { Name = new string('x', size) }.ToByteArray();
        var body = contentType == Proto ? message : Frames.Frame(path == ListBooks ? [] : message);
        if (contentType.EndsWith("text", StringComparison.Ordinal))
            body = Encoding.ASCII.GetBytes(Convert.ToBase64String(body));

        for (var i = 0; i < 3; i++)
        {
            using var response = await client.PostAsync(path, contentType, body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await response.Content.ReadAsByteArrayAsync();
        }

        Assert.Single(server.Log.Connections.Distinct());
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Trailers_are_headers_with_a_prefix()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Json, "{}"u8.ToArray(), ("x-echo", "h"), ("x-echo-bin", "AQI="));

        Assert.Equal("h", response.Headers.GetValues("x-echo").Single());
        Assert.Equal("AQI", response.Headers.GetValues("trailer-x-echo-bin").Single());
    }

    [Fact]
    public async Task An_error_is_an_HTTP_status_and_JSON()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Proto, new GetBookRequest { Name = "missing" }.ToByteArray(), ("x-echo", "h"), ("x-echo-bin", "AQI="));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(Json, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("h", response.Headers.GetValues("x-echo").Single());
        Assert.Equal("AQI", response.Headers.GetValues("trailer-x-echo-bin").Single());
        var error = await JsonAsync(response);
        Assert.Equal("not_found", (string?)error["code"]);
        Assert.Equal("no such böok", (string?)error["message"]);
        var detail = error["details"]!.AsArray().Single()!;
        Assert.Equal("rpc.tests.v1.GetBookRequest", (string?)detail["type"]);
        Assert.Equal("CgdtaXNzaW5n", (string?)detail["value"]);
    }

    [Theory]
    [InlineData(StatusCode.Cancelled, "canceled", 499)]
    [InlineData(StatusCode.Unknown, "unknown", 500)]
    [InlineData(StatusCode.InvalidArgument, "invalid_argument", 400)]
    [InlineData(StatusCode.DeadlineExceeded, "deadline_exceeded", 504)]
    [InlineData(StatusCode.NotFound, "not_found", 404)]
    [InlineData(StatusCode.AlreadyExists, "already_exists", 409)]
    [InlineData(StatusCode.PermissionDenied, "permission_denied", 403)]
    [InlineData(StatusCode.ResourceExhausted, "resource_exhausted", 429)]
    [InlineData(StatusCode.FailedPrecondition, "failed_precondition", 400)]
    [InlineData(StatusCode.Aborted, "aborted", 409)]
    [InlineData(StatusCode.OutOfRange, "out_of_range", 400)]
    [InlineData(StatusCode.Unimplemented, "unimplemented", 501)]
    [InlineData(StatusCode.Internal, "internal", 500)]
    [InlineData(StatusCode.Unavailable, "unavailable", 503)]
    [InlineData(StatusCode.DataLoss, "data_loss", 500)]
    [InlineData(StatusCode.Unauthenticated, "unauthenticated", 401)]
    public async Task Every_code_has_a_name_and_an_HTTP_status(StatusCode code, string name, int httpStatus)
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Fails("Fail", () => new RpcException(code, "")));
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync($"/{RpcTestServer.Service}/Fail", Proto, []);

        Assert.Equal(httpStatus, (int)response.StatusCode);
        Assert.Equal($$"""{"code":"{{name}}"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Malformed_JSON_is_INVALID_ARGUMENT()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Json, """{"nope": 1}"""u8.ToArray());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("nope", (string?)(await JsonAsync(response))["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_and_its_response_can_be_gzip()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);
        var name = new string('x', 200);

        using var response = await client.PostAsync(
            GetBook, Proto, Frames.Gzip(new GetBookRequest { Name = name }.ToByteArray()), ("content-encoding", "gzip"), ("accept-encoding", "gzip"));

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal(name, Book.Parser.ParseFrom(Frames.Gunzip(await response.Content.ReadAsByteArrayAsync())).Name);
    }

    [Fact]
    public async Task Without_accept_encoding_the_client_accepts_what_it_sends()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);
        var request = new GetBookRequest { Name = new string('x', 200) }.ToByteArray();

        using var gzip = await client.PostAsync(GetBook, Proto, Frames.Gzip(request), ("content-encoding", "gzip"));
        using var plain = await client.PostAsync(GetBook, Proto, request);

        Assert.Equal(["gzip"], gzip.Content.Headers.ContentEncoding);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Another_compression_is_UNIMPLEMENTED()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Proto, [1], ("content-encoding", "br"));

        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
        Assert.Contains("gzip", (string?)(await JsonAsync(response))["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_over_the_limit_are_RESOURCE_EXHAUSTED()
    {
        await using var server = await StartAsync(options => options.MaxReceiveMessageSize = 100);
        using var client = new WebTestClient(server);
        var bomb = Frames.Gzip(new byte[10_000]);
        Assert.True(bomb.Length < 100);

        using var large = await client.PostAsync(GetBook, Proto, new byte[101]);
        using var inflated = await client.PostAsync(GetBook, Proto, bomb, ("content-encoding", "gzip"));

        Assert.Equal(HttpStatusCode.TooManyRequests, large.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, inflated.StatusCode);
    }

    [Fact]
    public async Task The_timeout_ends_a_call()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Json, """{"name": "never"}"""u8.ToArray(), ("connect-timeout-ms", "10"));

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("deadline_exceeded", (string?)(await JsonAsync(response))["code"]);
    }

    [Theory]
    [InlineData("connect-timeout-ms", "soon")]
    [InlineData("connect-timeout-ms", "12345678901")]
    [InlineData("connect-timeout-ms", "-1")]
    [InlineData("connect-protocol-version", "2")]
    public async Task Malformed_protocol_headers_are_INVALID_ARGUMENT(string name, string value)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Json, "{}"u8.ToArray(), (name, value));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(name, (string?)(await JsonAsync(response))["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?encoding=json&message=%7B%22name%22%3A%22Dune%22%7D")]
    [InlineData("?message=%7B%22name%22%3A%22Dune%22%7D&encoding=json&connect=v1&unknown=1")]
    [InlineData("?base64=1&encoding=json&message=eyJuYW1lIjoiRHVuZSJ9")]
    public async Task A_method_without_side_effects_answers_GET(string query)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.GetAsync(GetBook + query);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Dune", (string?)(await JsonAsync(response))["name"]);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
    }

    [Theory]
    [InlineData("base64=1")]
    [InlineData("base64=1&compression=gzip", true)]
    public async Task A_GET_may_carry_protobuf_and_compression(string query, bool gzip = false)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);
        var message = new GetBookRequest { Name = "Düne??>>" }.ToByteArray();
        var text = Convert.ToBase64String(gzip ? Frames.Gzip(message) : message).Replace('+', '-').Replace('/', '_');

        using var padded = await client.GetAsync($"{GetBook}?encoding=proto&{query}&message={Uri.EscapeDataString(text)}");
        using var unpadded = await client.GetAsync($"{GetBook}?encoding=proto&{query}&message={text.TrimEnd('=')}");

        Assert.Equal("Düne??>>", Book.Parser.ParseFrom(await padded.Content.ReadAsByteArrayAsync()).Name);
        Assert.Equal("Düne??>>", Book.Parser.ParseFrom(await unpadded.Content.ReadAsByteArrayAsync()).Name);
    }

    [Theory]
    [InlineData("?encoding=json", HttpStatusCode.BadRequest)]
    [InlineData("?encoding=json&base64=1&message=*", HttpStatusCode.BadRequest)]
    [InlineData("?encoding=json&message={}&connect=v2", HttpStatusCode.BadRequest)]
    [InlineData("?encoding=json&message={}&compression=br", HttpStatusCode.NotImplemented)]
    [InlineData("?encoding=xml&message={}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_malformed_GET_is_refused(string query, HttpStatusCode status)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.GetAsync(GetBook + query);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Other_methods_do_not_answer_GET()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var list = await client.GetAsync(ListBooks + "?encoding=json&message={}");
        using var delete = await client.SendAsync(HttpMethod.Delete, GetBook, null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, list.StatusCode);
        Assert.Equal(["POST"], list.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, delete.StatusCode);
        Assert.Equal(["GET", "POST"], delete.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(GetBook, StreamProto)]
    [InlineData(GetBook, "application/xml")]
    [InlineData(GetBook, "application/connect")]
    [InlineData(ListBooks, Proto)]
    [InlineData(ListBooks, "application/connect+xml")]
    public async Task Content_types_that_do_not_fit_the_method_are_refused_with_415(string path, string contentType)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(path, contentType, []);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task JSON_needs_a_codec_and_a_descriptor()
    {
        await using var withoutCodec = await RpcTestServer.StartAsync(Handlers.Echo);
        await using var withoutDescriptor = await StartAsync(new RpcService(RpcTestServer.Service, [Handlers.Echo], null));
        foreach (var server in new[] { withoutCodec, withoutDescriptor })
        {
            using var client = new WebTestClient(server);

            using var response = await client.PostAsync($"/{RpcTestServer.Service}/Echo", Json, "{}"u8.ToArray());

            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        }
    }

    [Fact]
    public async Task An_unknown_path_is_404_and_unimplemented()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync("/no.Such/Method", Json, "{}"u8.ToArray());

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("unimplemented", (string?)(await JsonAsync(response))["code"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_stream_ends_with_a_message_of_its_own(bool http2)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server, http2);

        using var response = await client.PostAsync(ListBooks, StreamJson, Frames.Frame("""{"count": 2}"""), ("x-echo", "h"), ("x-echo-bin", "AQI="));

        Assert.Equal(StreamJson, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("h", response.Headers.GetValues("x-echo").Single());
        var frames = Frames.Split(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([0, 0, 2], frames.Select(frame => (int)frame.Flags));
        Assert.Equal("book 1", (string?)JsonNode.Parse(frames[1].Payload)!["name"]);
        Assert.Equal("""{"metadata":{"x-echo-bin":["AQI"]}}""", Encoding.UTF8.GetString(frames[2].Payload));
    }

    [Fact]
    public async Task A_stream_that_fails_says_so_in_its_last_message()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(ListBooks, StreamProto, Frames.Frame(new ListBooksRequest { Count = -1 }.ToByteArray()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var frames = Frames.Split(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([0, 2], frames.Select(frame => (int)frame.Flags));
        Assert.Equal("""{"error":{"code":"data_loss","message":"the rest is lost"}}""", Encoding.UTF8.GetString(frames[1].Payload));
    }

    [Fact]
    public async Task A_client_stream_is_answered_once()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(AddBooks, StreamJson, [.. Frames.Frame("{}"), .. Frames.Frame("{}")]);

        var frames = Frames.Split(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([0, 2], frames.Select(frame => (int)frame.Flags));
        Assert.Equal(2, (int?)JsonNode.Parse(frames[0].Payload)!["count"]);
        Assert.Equal("{}", Encoding.UTF8.GetString(frames[1].Payload));
    }

    [Fact]
    public async Task A_duplex_stream_needs_HTTP_2()
    {
        await using var server = await StartAsync();
        using var http2 = new WebTestClient(server, http2: true);
        using var http1 = new WebTestClient(server);

        using var response = await http2.PostAsync(Chat, StreamJson, Frames.Frame("""{"name":"a"}"""));
        using var refused = await http1.PostAsync(Chat, StreamJson, Frames.Frame("""{"name":"a"}"""));

        Assert.Equal([0, 2], Frames.Split(await response.Content.ReadAsByteArrayAsync()).Select(frame => (int)frame.Flags));
        Assert.Equal(HttpStatusCode.HttpVersionNotSupported, refused.StatusCode);
    }

    [Fact]
    public async Task A_stream_can_be_gzip_both_ways()
    {
        await using var server = await StartAsync(options => options.CompressResponses = true);
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(
            ListBooks, StreamProto, Frames.Frame(Frames.Gzip(new ListBooksRequest { Count = 1 }.ToByteArray()), flags: 1), ("connect-content-encoding", "gzip"));

        Assert.Equal("gzip", response.Headers.GetValues("connect-content-encoding").Single());
        var frames = Frames.Split(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(1, frames[0].Flags);
        Assert.Equal("book 0", Book.Parser.ParseFrom(Frames.Gunzip(frames[0].Payload)).Name);
        Assert.Equal(2, frames[1].Flags);
    }

    [Theory]
    [InlineData("connect-content-encoding", "br", "unimplemented")]
    [InlineData("connect-timeout-ms", "x", "invalid_argument")]
    public async Task A_stream_that_cannot_start_answers_with_its_last_message(string name, string value, string code)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(ListBooks, StreamProto, Frames.Frame(""), (name, value));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var (flags, payload) = Assert.Single(Frames.Split(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal(2, flags);
        Assert.Equal(code, (string?)JsonNode.Parse(payload)!["error"]!["code"]);
    }

    private static Task<RpcTestServer> StartAsync(Action<RpcOptions>? configure = null) => GrpcWebTests.StartAsync(configure);

    private static Task<RpcTestServer> StartAsync(RpcService service) => GrpcWebTests.StartAsync(service);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
}
