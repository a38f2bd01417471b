using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Security;
using Gateway.Tests.Security;
using Gateway.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Machines.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orders.V1;
using Rpc;

namespace Gateway.Tests.Generic;

public partial class GenericServiceTests
{
    private const string Service = "machines.v1.MachineService";

    private static readonly string[] Stored = ["alice/1", "alice/2", "bob/1", "bob/2", "bob/3", "carol/1"];
    private static readonly string[] Settings =
    [
        "Authentication:ApiKeys:0:Name=bob", $"Authentication:ApiKeys:0:Sha256={Convert.ToHexString(SHA256.HashData("bob's"u8))}",
        "Authorization:Rules:0:Machines:0=order", "Authorization:Rules:0:Key={claim:sub}/*",
    ];

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task A_caller_is_held_to_its_rules_for_the_machine_that_a_request_names(Protocol protocol)
    {
        await using var gateway = await StartAsync();
        Assert.Equal(StatusCode.OK, (await SendAsync("order", "bob/1")).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await SendAsync("order", "alice/1")).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await SendAsync("payment", "bob/1")).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await SendAsync("nobody", "bob/1")).Code);
        Assert.Equal(["/order/bob%2F1/send"], gateway.Restate.Calls.Select(call => call.Path));

        Task<ProtocolAnswer> SendAsync(string machine, string key)
        {
            var @event = new Struct { Fields = { ["type"] = Value.ForString("X") } };
            return gateway.Client.CallAsync(
                protocol, $"{Service}/Send", new MachineServiceSendRequest { Machine = machine, Key = key, Event = @event }, ("x-api-key", "bob's"));
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    public async Task A_machine_whose_published_chart_makes_no_sense_is_described_without_it(string chart)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http => http.Response.WriteAsync("""{"rows": []}""");
        restate.Metadata["machines.v1.xstate"] = chart;
        restate.Metadata["machines.v1.mermaid"] = "stateDiagram-v2";
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var described = await gateway.CallAsync($"{Service}/DescribeMachine", """{"machine": "auth"}""");
        Assert.Equal("stateDiagram-v2", described.GetProperty("mermaid").GetString());
        Assert.False(described.TryGetProperty("xstate", out _));
    }

    [Fact]
    public async Task What_is_no_machine_cannot_be_reached()
    {
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("order", OrdersReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        Assert.Equal("unimplemented", await gateway.CodeOfAsync($"{Service}/Send", """{"machine": "ledger", "key": "k", "event": {"type": "X"}}"""));
        Assert.Empty(restate.Calls);
    }

    [Fact]
    public async Task An_instance_that_makes_no_sense_cannot_be_watched_and_the_error_says_whose_it_is()
    {
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("order", OrdersReflection.Descriptor);
        restate.OnCall = http => http.Response.WriteAsync("nonsense");
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var end = await gateway.StreamAsync($"{Service}/Watch", """{"machine": "order", "key": "k"}""").LastAsync();
        var detail = end.GetProperty("error").GetProperty("details")[0].GetProperty("value").GetString()!;
        var info = ErrorInfo.Parser.ParseFrom(Convert.FromBase64String(detail.PadRight((detail.Length + 3) / 4 * 4, '=')));
        Assert.Equal(("machines.v1", "WATCH_FAILED", "order", "k"), (info.Domain, info.Type, info.Metadata["object"], info.Metadata["key"]));
    }

    [Fact]
    public async Task Lists_show_what_the_caller_may_see_and_their_tokens_tell_no_more()
    {
        await using var gateway = await StartAsync();
        var machines = await CallAsync("ListMachines", new ListMachinesRequest(), ListMachinesResponse.Parser);
        Assert.Equal(["order"], machines.Machines.Select(machine => machine.Name));
        Assert.Equal(StatusCode.PermissionDenied, (await AnswerAsync("DescribeMachine", new DescribeMachineRequest { Machine = "payment" })).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await AnswerAsync("ListInstances", new ListInstancesRequest { Machine = "payment" })).Code);

        var first = await CallAsync("ListInstances", new ListInstancesRequest { Machine = "order", PageSize = 2 }, ListInstancesResponse.Parser);
        Assert.Equal(["bob/1", "bob/2"], first.Instances.Select(instance => instance.Key));
        Assert.Equal("Ym9iLzI", first.NextPageToken);
        var second = await CallAsync(
            "ListInstances", new ListInstancesRequest { Machine = "order", PageSize = 2, PageToken = first.NextPageToken }, ListInstancesResponse.Parser);
        Assert.Equal(["bob/3"], second.Instances.Select(instance => instance.Key));
        Assert.Empty(second.NextPageToken);

        // Others' instances are no work: Restate is asked once a page.
        Assert.Equal(2, gateway.Restate.Calls.Count(call => call.Path == "/query"));

        async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser)
            where T : IMessage<T>
        {
            var answer = await AnswerAsync(method, request);
            Assert.Equal((StatusCode.OK, ""), (answer.Code, answer.Message));
            return parser.ParseFrom(answer.Body);
        }

        Task<ProtocolAnswer> AnswerAsync(string method, IMessage request) =>
            gateway.Client.CallAsync(Protocol.Grpc, $"{Service}/{method}", request, ("x-api-key", "bob's"));
    }

    [Theory]
    [InlineData(3500, "", 5)]
    [InlineData(500_000, "resource_exhausted", 10)]
    public async Task A_list_beside_handlers_of_the_applications_own_is_searched_no_further_than_some_thousands(int foreign, string code, int queries)
    {
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("order", OrdersReflection.Descriptor);
        restate.OnCall = http => QueryAsync(
            http, restate.Calls.Last().Body, Enumerable.Range(0, foreign).Select(number => $"k{number:D6}").Append("own").Append("own2"));
        await using var gateway = await GatewayTestServer.StartAsync(restate, services: services => services.AddSingleton<IAuthorizationHandler, OwnAlone>());

        var answer = await gateway.CallAsync($"{Service}/ListInstances", """{"machine": "order", "pageSize": 1}""");
        Assert.Equal(code, answer.TryGetProperty("code", out var found) ? found.GetString() : "");
        Assert.Equal(queries, restate.Calls.Count);
        if (code.Length == 0)
        {
            Assert.Equal("own", Assert.Single(answer.GetProperty("instances").EnumerateArray()).GetProperty("key").GetString());
            Assert.Equal("b3du", answer.GetProperty("nextPageToken").GetString());
        }
    }

    [Fact]
    public async Task An_instance_that_makes_no_sense_is_listed_beside_the_others()
    {
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("order", OrdersReflection.Descriptor);
        restate.OnCall = http => http.Response.WriteAsJsonAsync(new
        {
            rows = new[]
            {
                new { service_key = "a", status = "\"active\"", value = "\"open\"", tags = "[\"busy\"]", version = "\"1\"" },
                new { service_key = "b", status = "\"active\"", value = "\"open\"", tags = "[null]", version = "\"1\"" },
                new { service_key = "c", status = "\"active\"", value = "\"open\"", tags = "[]", version = "{}" },
            },
        });
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var answer = await gateway.CallAsync($"{Service}/ListInstances", """{"machine": "order"}""");
        Assert.Equal(
            ["a active 1", "b  1", "c active {}"],
            answer.GetProperty("instances").EnumerateArray().Select(instance => string.Join(
                ' ',
                instance.GetProperty("key").GetString(),
                instance.TryGetProperty("status", out var status) ? status.GetString()!["STATUS_".Length..].ToLowerInvariant() : "",
                instance.GetProperty("version").GetString())));
    }

    private static async Task<GuardedGateway> StartAsync()
    {
        var gateway = await GuardedGateway.StartAsync(Settings);
        gateway.Restate.OnCall = http =>
            http.Request.Path == "/query" ? QueryAsync(http, gateway.Restate.Calls.Last().Body, Stored) : http.Response.WriteAsync(FakeRestate.Snapshot);
        return gateway;
    }

    /// <summary>The stored keys, ordered, within the range, after the one and up to the limit that the query says.</summary>
    private static Task QueryAsync(HttpContext http, string body, IEnumerable<string> stored)
    {
        var sql = JsonElement.Parse(body).GetProperty("query").GetString()!;
        var prefix = Prefix().Match(sql).Groups[1].Value;
        var after = After().Match(sql).Groups[1].Value;
        var rows = stored
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0)
            .Take(int.Parse(Limit().Match(sql).Groups[1].Value, null));
        return http.Response.WriteAsJsonAsync(new { rows = rows.Select(key => new { service_key = key, status = "\"active\"", version = "\"1\"" }) });
    }

    [GeneratedRegex(@"starts_with\(i.service_key, '([^']*)'\)")]
    private static partial Regex Prefix();

    [GeneratedRegex("service_key > '([^']*)'")]
    private static partial Regex After();

    [GeneratedRegex(@"limit (\d+)")]
    private static partial Regex Limit();

    private sealed class OwnAlone : AuthorizationHandler<MachineOperationRequirement, MachineOperation>
    {
        protected override Task HandleRequirementAsync(
            AuthorizationHandlerContext context, MachineOperationRequirement requirement, MachineOperation resource)
        {
            if (resource.Key is { } key && !key.StartsWith("own", StringComparison.Ordinal))
                context.Fail();
            return Task.CompletedTask;
        }
    }
}
