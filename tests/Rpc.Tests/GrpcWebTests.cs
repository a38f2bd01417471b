using System.Net;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Tests.Protos;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>gRPC-Web (doc/PROTOCOL-WEB.md), over both versions of HTTP.</summary>
public sealed class GrpcWebTests
{
    private const string Binary = "application/grpc-web+proto";
    private const string Text = "application/grpc-web-text";
    private const string GetBook = $"/{LibraryService.FullName}/GetBook";
    private const string ListBooks = $"/{LibraryService.FullName}/ListBooks";
    private const string AddBooks = $"/{LibraryService.FullName}/AddBooks";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unary_call_ends_with_its_trailers_in_the_body(bool http2)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server, http2);

        using var response = await client.PostAsync(GetBook, Binary, Request("Dune"), ("x-echo", "h"), ("x-echo-bin", "AQI="));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Binary, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("h", response.Headers.GetValues("x-echo").Single());
        var frames = Frames.Split(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([0, 0x80], frames.Select(frame => (int)frame.Flags));
        Assert.Equal("Dune", Book.Parser.ParseFrom(frames[0].Payload).Name);
        Assert.Equal("grpc-status: 0\r\nx-echo-bin: AQI\r\n", Encoding.ASCII.GetString(frames[1].Payload));
    }

    [Fact]
    public async Task An_error_is_in_the_body_too()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, Binary, Request("missing"));

        Assert.False(response.Headers.Contains("grpc-status"));
        var (flags, payload) = Assert.Single(Frames.Split(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal(0x80, flags);
        var trailers = Encoding.ASCII.GetString(payload);
        Assert.StartsWith("grpc-status: 5\r\ngrpc-message: no such b%C3%B6ok\r\ngrpc-status-details-bin: ", trailers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_of_a_text_call_are_base64_one_by_one()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);
        var request = Frames.Frame(new ListBooksRequest { Count = 2 }.ToByteArray());

        using var response = await client.PostAsync(ListBooks, Text, Encoding.ASCII.GetBytes(Convert.ToBase64String(request)));

        Assert.Equal(Text, response.Content.Headers.ContentType!.ToString());
        var frames = Frames.Split(DecodePieces(await response.Content.ReadAsStringAsync()));
        Assert.Equal([0, 0, 0x80], frames.Select(frame => (int)frame.Flags));
        Assert.Equal(["book 0", "book 1"], frames.Take(2).Select(frame => Book.Parser.ParseFrom(frame.Payload).Name));
        Assert.Equal("grpc-status: 0\r\n", Encoding.ASCII.GetString(frames[2].Payload));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task A_text_request_may_be_padded_anywhere(int pieceSize)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);
        byte[] request = [.. Frames.Frame(new Book { Name = "a" }.ToByteArray()), .. Frames.Frame(new Book { Name = "b" }.ToByteArray())];
        var pieces = string.Concat(request.Chunk(pieceSize).Select(Convert.ToBase64String));

        using var response = await client.PostAsync(AddBooks, Text, Encoding.ASCII.GetBytes(pieces));

        var frames = Frames.Split(DecodePieces(await response.Content.ReadAsStringAsync()));
        Assert.Equal(2, AddBooksResponse.Parser.ParseFrom(frames[0].Payload).Count);
    }

    [Theory]
    [InlineData("AAA")]
    [InlineData("A=AA")]
    [InlineData("!!!!")]
    public async Task A_text_request_that_is_not_base64_is_INVALID_ARGUMENT(string body)
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(AddBooks, Text, Encoding.ASCII.GetBytes(body));

        var (_, payload) = Assert.Single(Frames.Split(DecodePieces(await response.Content.ReadAsStringAsync())));
        Assert.StartsWith("grpc-status: 3\r\n", Encoding.ASCII.GetString(payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_text_request_passes()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);
        var name = new string('x', 300_000);

        using var response = await client.PostAsync(GetBook, Text, Encoding.ASCII.GetBytes(Convert.ToBase64String(Request(name))));

        var frames = Frames.Split(DecodePieces(await response.Content.ReadAsStringAsync()));
        Assert.Equal(name, Book.Parser.ParseFrom(frames[0].Payload).Name);
    }

    [Fact]
    public async Task A_deadline_and_compression_work_as_in_gRPC()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var late = await client.PostAsync(GetBook, Binary, Request("never"), ("grpc-timeout", "10m"));
        using var compressed = await client.PostAsync(GetBook, Binary, Request(new string('x', 200)), ("grpc-accept-encoding", "gzip"));

        Assert.StartsWith("grpc-status: 4\r\n", Encoding.ASCII.GetString(Frames.Split(await late.Content.ReadAsByteArrayAsync()).Single().Payload), StringComparison.Ordinal);
        Assert.Equal("gzip", compressed.Headers.GetValues("grpc-encoding").Single());
        var frames = Frames.Split(await compressed.Content.ReadAsByteArrayAsync());
        Assert.Equal(1, frames[0].Flags);
        Assert.Equal(200, Book.Parser.ParseFrom(Frames.Gunzip(frames[0].Payload)).Name.Length);
    }

    [Fact]
    public async Task An_unknown_method_is_UNIMPLEMENTED()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync("/no.Such/Method", Binary, Request(""));

        var (_, payload) = Assert.Single(Frames.Split(await response.Content.ReadAsByteArrayAsync()));
        Assert.StartsWith("grpc-status: 12\r\n", Encoding.ASCII.GetString(payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_can_be_JSON()
    {
        await using var server = await StartAsync();
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, "application/grpc-web+json", Frames.Frame("""{"name": "Dune"}"""));

        Assert.Equal("application/grpc-web+json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"name":"Dune"}""", Encoding.UTF8.GetString(Frames.Split(await response.Content.ReadAsByteArrayAsync())[0].Payload));
    }

    internal static Task<RpcTestServer> StartAsync(Action<RpcOptions>? configure = null) => StartAsync(LibraryService.Create(), configure);

    internal static async Task<RpcTestServer> StartAsync(RpcService service, Action<RpcOptions>? configure = null)
    {
        var server = await RpcTestServer.StartAsync(services => services.AddRpcJson().Configure(configure ?? (_ => { })), null, []);
        server.Registry.Replace([service]);
        return server;
    }

    private static byte[] Request(string name) => Frames.Frame(new GetBookRequest { Name = name }.ToByteArray());

    /// <summary>Decodes base64 that may be padded in the middle.</summary>
    private static byte[] DecodePieces(string text)
        => [.. text.Chunk(4).SelectMany(group => Convert.FromBase64String(new string(group)))];
}
