using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Tests.Security;
using Gateway.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;
using Microsoft.AspNetCore.Http;
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

    private static async Task<GuardedGateway> StartAsync()
    {
        var gateway = await GuardedGateway.StartAsync(Settings);
        gateway.Restate.OnCall = http => http.Request.Path == "/query" ? QueryAsync(http, gateway.Restate.Calls.Last().Body) : http.Response.WriteAsync(FakeRestate.Snapshot);
        return gateway;
    }

    /// <summary>The stored keys, ordered, after the one and up to the limit that the query says.</summary>
    private static Task QueryAsync(HttpContext http, string body)
    {
        var sql = JsonElement.Parse(body).GetProperty("query").GetString()!;
        var after = After().Match(sql).Groups[1].Value;
        var rows = Stored.Where(key => string.CompareOrdinal(key, after) > 0).Take(int.Parse(Limit().Match(sql).Groups[1].Value, null));
        return http.Response.WriteAsJsonAsync(new { rows = rows.Select(key => new { service_key = key, snapshot = FakeRestate.Snapshot, version = "\"1\"" }) });
    }

    [GeneratedRegex("service_key > '([^']*)'")]
    private static partial Regex After();

    [GeneratedRegex(@"limit (\d+)")]
    private static partial Regex Limit();
}
