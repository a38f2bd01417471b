using System.Text.Json;

namespace Interop.Cases;

/// <summary>buf curl in its three protocols; what it knows of the service it asks server reflection.</summary>
public sealed class BufCurlProtocolTests(InteropServer server) : IClassFixture<InteropServer>
{
    /// <summary>buf curl ends with the call's status, times eight.</summary>
    private const int CodeFactor = 8;

    [Theory]
    [InlineData("grpc")]
    [InlineData("grpcweb")]
    [InlineData("connect")]
    public async Task Lists_the_services(string protocol)
    {
        var (exitCode, output) = await BufAsync(protocol, "--list-services", Address);

        Assert.Equal(0, exitCode);
        Assert.Equal(
            ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "grpc.testing.TestService"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("grpcweb")]
    [InlineData("connect")]
    public async Task Makes_calls_of_all_kinds(string protocol)
    {
        var unary = await CallAsync(protocol, "UnaryCall", """{"responseSize": 3}""");
        var clientStreaming = await CallAsync(protocol, "StreamingInputCall", """{"payload": {"body": "AAAA"}} {"payload": {"body": "AAAA"}}""");
        var serverStreaming = await CallAsync(protocol, "StreamingOutputCall", """{"responseParameters": [{"size": 3}, {"size": 6}]}""");
        var duplex = await CallAsync(protocol, "FullDuplexCall", """{"responseParameters": [{"size": 3}]} {"responseParameters": [{"size": 6}]}""");

        Assert.Equal(["AAAA"], unary.Select(Body));
        Assert.Equal(6, Assert.Single(clientStreaming).GetProperty("aggregatedPayloadSize").GetInt32());
        Assert.Equal(["AAAA", "AAAAAAAA"], serverStreaming.Select(Body));
        Assert.Equal(["AAAA", "AAAAAAAA"], duplex.Select(Body));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("grpcweb")]
    [InlineData("connect")]
    public async Task Tells_status_and_message(string protocol)
    {
        const string Status = """{"responseStatus": {"code": 9, "message": "not yet: ☺"}}""";

        foreach (var method in new[] { "UnaryCall", "StreamingOutputCall" })
        {
            var (exitCode, output) = await BufAsync(protocol, "--data", Status, $"{Address}/grpc.testing.TestService/{method}");

            Assert.Equal(9 * CodeFactor, exitCode);
            var error = JsonElement.Parse(output);
            Assert.Equal("failed_precondition", error.GetProperty("code").GetString());
            Assert.Equal("not yet: ☺", error.GetProperty("message").GetString());
        }
    }

    private string Address => server.Http2.GetLeftPart(UriPartial.Authority);

    private async Task<IReadOnlyList<JsonElement>> CallAsync(string protocol, string method, string requests)
    {
        var (exitCode, output) = await BufAsync(protocol, "--data", requests, $"{Address}/grpc.testing.TestService/{method}");
        Assert.True(exitCode == 0, output);
        var messages = new List<JsonElement>();
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(output), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
            messages.Add(JsonElement.ParseValue(ref reader));
        return messages;
    }

    private static async Task<(int ExitCode, string Output)> BufAsync(string protocol, params string[] arguments)
    {
        await using var buf = ChildProcess.Start(
            Path.Combine(QuickstartProcess.Root, "node_modules", ".bin", "buf"),
            ["curl", "--http2-prior-knowledge", "--protocol", protocol, .. arguments]);
        return (await buf.WaitForExitAsync(), buf.Output);
    }

    private static string Body(JsonElement response) => response.GetProperty("payload").GetProperty("body").GetString()!;
}
