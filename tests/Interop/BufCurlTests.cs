using System.Text.Json;

namespace Interop;

/// <summary>buf curl, which knows nothing of the service but what server reflection tells it.</summary>
public class BufCurlTests(QuickstartProcess quickstart) : IClassFixture<QuickstartProcess>
{
    private readonly string _key = $"buf-{Guid.NewGuid():N}";

    [Fact]
    public async Task Runs_the_whole_flow_through_reflection()
    {
        var created = await CallAsync("Create", $$"""{"key": "{{_key}}"}""");
        Assert.Equal("AUTH_STATE_IDLE", StateOf(created));

        var sent = await CallAsync("Send", $$"""{"key": "{{_key}}", "event": {"auth": {} } }""");
        Assert.Equal("AUTH_STATE_AUTHORIZING", StateOf(sent));

        var meanwhile = await CallAsync("GetSnapshot", $$"""{"key": "{{_key}}"}""");
        Assert.Equal("AUTH_STATE_AUTHORIZING", StateOf(meanwhile));

        var messages = (await StreamAsync("WaitFor", $$"""{"key": "{{_key}}", "condition": {"done": true} }""")).ToArray();
        Assert.Equal(2, messages.Length);
        Assert.NotEmpty(messages[0].GetProperty("started").GetProperty("idempotencyKey").GetString()!);
        var matched = messages[1].GetProperty("matched");
        Assert.Equal("AUTH_STATE_AUTHORIZED", StateOf(matched));
        Assert.Equal("STATUS_DONE", matched.GetProperty("info").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Lists_the_service_and_its_rpcs() =>
        Assert.Equal(
            ["auth.v1.AuthService/Create", "auth.v1.AuthService/GetSnapshot", "auth.v1.AuthService/Send", "auth.v1.AuthService/WaitFor"],
            (await BufAsync("--list-methods", Address)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(method => method.StartsWith("auth.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private string Address => $"http://localhost:{quickstart.GrpcPort}";

    private async Task<JsonElement> CallAsync(string method, string request) => Assert.Single(await StreamAsync(method, request));

    private async Task<IReadOnlyList<JsonElement>> StreamAsync(string method, string request)
    {
        var output = await BufAsync("--data", request, $"{Address}/auth.v1.AuthService/{method}");
        var messages = new List<JsonElement>();
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(output), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
            messages.Add(JsonElement.ParseValue(ref reader));
        return messages;
    }

    private static Task<string> BufAsync(params string[] arguments) => ChildProcess.RunAsync(
        Path.Combine(QuickstartProcess.Root, "node_modules", ".bin", "buf"),
        ["curl", "--http2-prior-knowledge", "--protocol", "grpc", .. arguments]);

    private static string StateOf(JsonElement snapshot) => Assert.Single(snapshot.GetProperty("states").EnumerateArray()).GetString()!;
}
