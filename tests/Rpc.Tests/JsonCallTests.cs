using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Internal.Codecs;
using Rpc.Tests.Protos;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>Calls in JSON by the library's own transcoder.</summary>
public sealed class JsonCallTests
{
    private const string GetBook = $"/{LibraryService.FullName}/GetBook";
    private const string Chat = $"/{LibraryService.FullName}/Chat";

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    public async Task A_unary_call_is_curl_and_JSON(string contentType)
    {
        await using var server = await StartAsync(LibraryService.Create());
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, contentType, """{"name":"Dune"}"""u8.ToArray());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"name":"Dune"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task JSON_that_does_not_fit_names_the_field()
    {
        await using var server = await StartAsync(LibraryService.Create());
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync(GetBook, "application/json", """{"name":7}"""u8.ToArray());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("name", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_of_a_stream_are_translated_one_by_one()
    {
        await using var server = await StartAsync(LibraryService.Create());
        using var client = new WebTestClient(server, http2: true);
        const string First = """{"name":"a","cover":"COVER_HARD","chapters":[{"title":"I"}],"published":"2026-01-02T03:04:05Z"}""";
        const string Second = """{"name":"b","reader":"r"}""";

        using var response = await client.PostAsync(Chat, "application/connect+json", [.. Frames.Frame(First), .. Frames.Frame(Second)]);

        var frames = Frames.Split(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([First, Second, "{}"], frames.Select(frame => Encoding.UTF8.GetString(frame.Payload)));
    }

    [Fact]
    public async Task An_Any_may_hold_any_type_of_the_registry()
    {
        var any = new Google.Rpc.Status { Details = { Any.Pack(new Book { Name = "Dune" }) } };
        await using var server = await StartAsync(LibraryService.Create());
        var transcoder = server.Resolve<JsonCodec>().Transcoder;
        var json = new System.Buffers.ArrayBufferWriter<byte>();

        transcoder.WriteJson(Google.Rpc.Status.Descriptor, new(any.ToByteArray()), json);

        Assert.Equal("""{"details":[{"@type":"type.googleapis.com/rpc.tests.v1.Book","name":"Dune"}]}""", Encoding.UTF8.GetString(json.WrittenSpan));
    }

    [Theory]
    [InlineData(RpcMethodType.Unary, "application/proto")]
    [InlineData(RpcMethodType.ServerStreaming, "application/connect+proto")]
    public async Task An_error_detail_of_a_known_type_comes_as_JSON_too(RpcMethodType type, string contentType)
    {
        Any[] details =
        [
            Any.Pack(new Google.Rpc.ErrorInfo { Type = "SOLD_OUT", Domain = "library" }),
            Any.Pack(new Book { Name = "Dune" }),
            Any.Pack(new Api { Name = "nobody imports this" }),
            new() { TypeUrl = "type.googleapis.com/rpc.tests.v1.Book", Value = ByteString.CopyFrom(0xFF) },
        ];
        var failing = Handlers.Fails("Fail", () => new RpcException(new RpcStatus(StatusCode.NotFound, "", details)), type);
        await using var server = await StartAsync(new RpcService("test.v1.Failing", [failing], LibraryReflection.Descriptor));
        using var client = new WebTestClient(server);

        using var response = await client.PostAsync("/test.v1.Failing/Fail", contentType, type == RpcMethodType.Unary ? [] : Frames.Frame(""));

        var body = await response.Content.ReadAsByteArrayAsync();
        var error = type == RpcMethodType.Unary ? JsonNode.Parse(body)! : JsonNode.Parse(Frames.Split(body).Single().Payload)!["error"]!;
        Assert.Equal(
            ["""{"reason":"SOLD_OUT","domain":"library"}""", """{"name":"Dune"}""", null, null],
            error["details"]!.AsArray().Select(detail => detail!["debug"]?.ToJsonString()));
        Assert.Equal(details.Select(detail => Convert.ToBase64String(detail.Value.Span).TrimEnd('=')), error["details"]!.AsArray().Select(detail => (string?)detail!["value"]));
    }

    private static async Task<RpcTestServer> StartAsync(RpcService service)
    {
        var server = await RpcTestServer.StartAsync(services => services.AddRpcJson(), null, []);
        server.Registry.Replace([service]);
        return server;
    }
}
