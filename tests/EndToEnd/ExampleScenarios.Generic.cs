using System.Text.Json;
using Google.Protobuf.Reflection;

namespace EndToEnd;

/// <summary>machines.v1.MachineService: every machine, with nothing but JSON.</summary>
public abstract partial class ExampleScenarios
{
    private const string GenericService = "machines.v1.MachineService";
    private const string PaymentJson = """{"sender": "ann", "recipient": "bob", "amount": 5000, "approvalTimeout": "600s"}""";

    [Fact]
    public async Task The_generic_service_lists_the_machines_that_are_registered()
    {
        using var client = new JsonClient(cluster.HttpAddress, GenericService);
        var machines = (await client.CallAsync("ListMachines", "{}")).GetProperty("machines");

        Assert.Equal(["auth", "counter", "payment"], machines.EnumerateArray().Select(machine => Text(machine, "name")));
        var counter = machines[1];
        Assert.StartsWith("counterv", Text(counter, "definition"), StringComparison.Ordinal);
        Assert.Equal("""["counter.v1.CounterService"]""", counter.GetProperty("services").GetRawText());

        using var health = new JsonClient(cluster.HttpAddress, "grpc.health.v1.Health");
        Assert.Equal("""{"status":"SERVING"}""", Canonical(await health.CallAsync("Check", $$"""{"service": "{{GenericService}}"}""")));
    }

    [Fact]
    public async Task The_generic_service_describes_a_machine()
    {
        using var client = new JsonClient(cluster.HttpAddress, GenericService);
        await client.CallAsync("Create", Request("auth"));
        var auth = await client.CallAsync("DescribeMachine", """{"machine": "auth"}""");

        var files = FileDescriptorSet.Parser.ParseFrom(Convert.FromBase64String(Text(auth, "descriptorSet")!)).File;
        Assert.Contains(files, file => file.Name == "auth/v1/auth.proto");
        Assert.Equal("client", Text(auth.GetProperty("xstate"), "id"));
        Assert.True(auth.GetProperty("xstate").GetProperty("states").TryGetProperty("authorizing", out _));
        Assert.StartsWith("stateDiagram", Text(auth, "mermaid"), StringComparison.Ordinal);
        var handlers = auth.GetProperty("handlers").EnumerateArray();
        Assert.Equal(["create", "dispose", "send", "sendAndWaitFor", "snapshot", "waitFor"], handlers.Select(handler => Text(handler, "name")));
        Assert.Equal(["snapshot", "waitFor"], handlers.Where(handler => handler.TryGetProperty("shared", out _)).Select(handler => Text(handler, "name")));
        var version = Assert.Single(auth.GetProperty("versions").EnumerateArray());
        Assert.Equal("client", Text(version, "id"));
        Assert.True(ulong.Parse(Text(version, "instances")!, null) > 0);
    }

    [Fact]
    public async Task The_generic_service_runs_an_instance_from_create_to_dispose()
    {
        using var client = new JsonClient(cluster.HttpAddress, GenericService);
        var created = await client.CallAsync("Create", Request("payment", $$"""
            "idempotencyKey": "create-{{_key}}", "input": {{PaymentJson}}
            """));
        Assert.Equal(("STATUS_ACTIVE", "1", _key), (Text(Info(created), "status"), Text(Info(created), "revision"), Text(Info(created), "key")));
        Assert.Equal(created.GetRawText(), (await client.CallAsync("GetSnapshot", Request("payment"))).GetRawText());
        Assert.Equal("already_exists", Text(await client.CallAsync("Create", Request("payment", $"\"input\": {PaymentJson}")), "code"));

        var waited = await client.StreamAsync("WaitFor", Request("payment", """
            "idempotencyKey": "my-wait", "condition": {"done": true}, "event": {"type": "REJECT"}
            """));
        Assert.Equal(["started", "matched", ""], waited.Select(message => message.EnumerateObject().Select(member => member.Name).FirstOrDefault("")));
        Assert.Equal("my-wait", Text(waited[0].GetProperty("started"), "idempotencyKey"));
        Assert.Equal("STATUS_DONE", Text(Info(waited[1].GetProperty("matched")), "status"));

        Assert.Equal("{}", (await client.CallAsync("Dispose", Request("payment"))).GetRawText());
        var gone = await client.CallAsync("GetSnapshot", Request("payment"));
        Assert.Equal(("failed_precondition", "MACHINE_DISPOSED"), (Text(gone, "code"), ReasonOf(gone)));
    }

    [Fact]
    public async Task The_generic_service_sends_events_and_watches_what_comes_of_them()
    {
        using var client = new JsonClient(cluster.HttpAddress, GenericService);
        await client.CallAsync("Send", Request("counter", """
            "idempotencyKey": "once", "event": {"type": "increment"}
            """));
        var sent = await client.CallAsync("Send", Request("counter", """
            "idempotencyKey": "once", "event": {"type": "increment"}
            """));
        Assert.Equal("""{"total":1}""", Canonical(sent.GetProperty("context")));

        await client.CallAsync("Create", Request("payment", $"\"input\": {PaymentJson}"));
        await client.CallAsync("Send", Request("payment", """
            "event": {"type": "REJECT"}
            """));
        var watched = await client.StreamAsync("Watch", Request("payment", """
            "afterRevision": "0"
            """));
        var last = watched[^2];
        Assert.Equal(("2", "REJECT"), (Text(Info(last), "revision"), Text(Info(last).GetProperty("transition"), "eventType")));
        Assert.Equal("STATUS_DONE", Text(Info(last.GetProperty("snapshot")), "status"));
        Assert.Equal("{}", watched[^1].GetRawText());
    }

    [Theory]
    [InlineData("GetSnapshot", "\"key\": \"k\"", "invalid_argument", "INVALID_MACHINE")]
    [InlineData("GetSnapshot", "\"machine\": \"counter\"", "invalid_argument", "INVALID_KEY")]
    [InlineData("GetSnapshot", "\"machine\": \"nobody\", \"key\": \"k\"", "unimplemented", "OBJECT_NOT_REGISTERED")]
    [InlineData("GetSnapshot", "\"machine\": \"counter\", \"key\": \"nobody\"", "not_found", "MACHINE_NOT_FOUND")]
    [InlineData("Send", "\"machine\": \"counter\", \"key\": \"k\"", "invalid_argument", "INVALID_EVENT")]
    [InlineData("Send", "\"machine\": \"counter\", \"key\": \"k\", \"event\": {\"type\": 1}", "invalid_argument", "INVALID_EVENT")]
    [InlineData("Send", "\"machine\": \"counter\", \"key\": \"k\", \"event\": {\"type\": \"NONSENSE\"}", "invalid_argument", "INVALID_EVENT")]
    [InlineData("Send", "\"machine\": \"a/b?c\", \"key\": \"k\", \"event\": {\"type\": \"x\"}", "unimplemented", "OBJECT_NOT_REGISTERED")]
    [InlineData("DescribeMachine", "", "invalid_argument", "INVALID_MACHINE")]
    [InlineData("DescribeMachine", "\"machine\": \"nobody\"", "unimplemented", "OBJECT_NOT_REGISTERED")]
    [InlineData("ListInstances", "\"machine\": \"nobody\"", "unimplemented", "OBJECT_NOT_REGISTERED")]
    [InlineData("ListInstances", "\"machine\": \"counter\", \"pageSize\": -1", "invalid_argument", "INVALID_PAGE")]
    [InlineData("ListInstances", "\"machine\": \"counter\", \"pageToken\": \"?\"", "invalid_argument", "INVALID_PAGE")]
    public async Task The_generic_service_says_what_is_wrong(string method, string fields, string code, string reason)
    {
        using var client = new JsonClient(cluster.HttpAddress, GenericService);
        var error = await client.CallAsync(method, $"{{{fields}}}");
        Assert.Equal((code, reason), (Text(error, "code"), ReasonOf(error)));
    }

    [Fact]
    public async Task Instances_are_listed_by_key_a_page_at_a_time_and_each_once()
    {
        using var client = new JsonClient(cluster.HttpAddress, GenericService);
        string[] keys = [$"{_key}'", $"{_key}\"", $"{_key}a", $"{_key}B", $"{_key}é", $"{_key}鍵"];
        foreach (var key in keys)
            await client.CallAsync("Create", JsonSerializer.Serialize(new { machine = "auth", key }));

        var listed = new List<string>();
        var token = "";
        do
        {
            var page = await client.CallAsync("ListInstances", JsonSerializer.Serialize(new { machine = "auth", pageSize = 2, pageToken = token }));
            Assert.InRange(page.GetProperty("instances").GetArrayLength(), 1, 2);
            listed.AddRange(page.GetProperty("instances").EnumerateArray().Select(instance => Text(instance, "key")!));
            token = Text(page, "nextPageToken") ?? "";
        }
        while (token.Length > 0);

        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
        Assert.Equal(listed.Distinct(), listed);
        Assert.Superset(keys.ToHashSet(), listed.ToHashSet());
    }

    [Theory]
    [InlineData("\"status\": \"STATUS_DONE\"", false, true)]
    [InlineData("\"status\": \"STATUS_ACTIVE\"", true, false)]
    [InlineData("\"state\": \"awaitingApproval\"", true, false)]
    [InlineData("\"state\": \"awaiting\"", false, false)]
    [InlineData("\"state\": \"awaitingApproval.deeper\"", false, false)]
    [InlineData("\"version\": \"payment\"", true, true)]
    [InlineData("\"version\": \"paymen'\"", false, false)]
    [InlineData("\"tag\": \"nobody's\"", false, false)]
    public async Task Instances_are_listed_by_status_state_version_and_tag(string filter, bool active, bool done)
    {
        using var client = new JsonClient(cluster.HttpAddress, GenericService);
        foreach (var key in new[] { $"{_key}-active", $"{_key}-done" })
            await client.CallAsync("Create", $$"""{"machine": "payment", "key": "{{key}}", "input": {{PaymentJson}}}""");

        await client.CallAsync("Send", $$$"""{"machine": "payment", "key": "{{{_key}}}-done", "event": {"type": "REJECT"}}""");
        var listed = await client.CallAsync("ListInstances", $$"""{"machine": "payment", "pageSize": 1000, {{filter}}}""");
        var keys = listed.TryGetProperty("instances", out var instances) ? instances.EnumerateArray().Select(instance => Text(instance, "key")).ToList() : [];
        Assert.Equal((active, done), (keys.Contains($"{_key}-active"), keys.Contains($"{_key}-done")));
    }

    [Fact]
    public async Task Instances_are_listed_as_far_as_the_callers_rules_go()
    {
        await using var gateway = cluster.CreateGateway(
            $"--Gateway:Authorization:Rules:0:Key={_key}'s/*", $"--Gateway:Authorization:Rules:1:Key={_key}");
        await gateway.StartAsync();
        using (var client = new JsonClient(cluster.HttpAddress, GenericService))
        {
            foreach (var key in new[] { $"{_key}'s/a", $"{_key}'s/é", $"{_key}'s", _key, $"{_key}/b" })
                await client.CallAsync("Create", JsonSerializer.Serialize(new { machine = "counter", key }));
        }

        using var restricted = new JsonClient(gateway.HttpAddress, GenericService);
        var listed = (await restricted.CallAsync("ListInstances", """{"machine": "counter"}""")).GetProperty("instances").EnumerateArray().ToList();
        Assert.Equal([_key, $"{_key}'s/a", $"{_key}'s/é"], listed.Select(instance => Text(instance, "key")));
        Assert.All(listed, instance => Assert.Equal(("STATUS_ACTIVE", "1"), (Text(instance, "status"), Text(instance, "revision"))));
    }

    private string Request(string machine, string fields = "") =>
        $$"""{"machine": "{{machine}}", "key": "{{_key}}"{{(fields.Length > 0 ? "," : "")}} {{fields}}}""";

    private static JsonElement Info(JsonElement message) => message.GetProperty("info");

    private static string? Text(JsonElement message, string property) => message.TryGetProperty(property, out var text) ? text.GetString() : null;

    private static string Canonical(JsonElement json) => JsonSerializer.Serialize(json);

    /// <summary>Of the google.rpc.ErrorInfo, whose first field it is, in an error's first detail.</summary>
    private static string ReasonOf(JsonElement error)
    {
        var detail = Google.Rpc.ErrorInfo.Parser.ParseFrom(Base64(error.GetProperty("details")[0].GetProperty("value").GetString()!));
        return detail.Type;

        static byte[] Base64(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }
}
