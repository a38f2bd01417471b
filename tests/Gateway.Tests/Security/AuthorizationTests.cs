using System.Security.Cryptography;
using System.Text;
using Google.Rpc;
using Machines.V1;
using Orders.V1;
using Rpc;

namespace Gateway.Tests.Security;

public class AuthorizationTests
{
    private static readonly string[] Callers =
    [
        "Authentication:ApiKeys:0:Name=alice", $"Authentication:ApiKeys:0:Sha256={Hash("alice's")}",
        "Authentication:ApiKeys:1:Name=clerk", $"Authentication:ApiKeys:1:Sha256={Hash("clerk's")}",
        "Authentication:ApiKeys:1:Claims:roles:0=clerk", "Authentication:ApiKeys:1:Claims:shop:0=blue", "Authentication:ApiKeys:1:Claims:shop:1=red",
    ];

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task A_caller_reaches_the_keys_below_its_own_name_and_no_others(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync([.. Callers, "Authorization:Rules:0:Key={claim:sub}/*"]);
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "alice/1", ("x-api-key", "alice's"))).Code);
        AssertDenied(await gateway.SendAsync(protocol, "alice/1", ("x-api-key", "clerk's")), "alice/1");
        AssertDenied(await gateway.SendAsync(protocol, "alice2/1", ("x-api-key", "alice's")), "alice2/1");
        AssertDenied(await gateway.SendAsync(protocol, "alice", ("x-api-key", "alice's")), "alice");
        Assert.Equal(["/order/alice%2F1/send"], gateway.Restate.Calls.Select(call => call.Path));
    }

    [Fact]
    public async Task A_token_is_held_to_its_claims()
    {
        using var tokens = new Tokens();
        using var keys = new TemporaryFile(tokens.KeySet);
        await using var gateway = await GuardedGateway.StartAsync(
            $"Authentication:Jwt:Issuer={Tokens.Issuer}", $"Authentication:Jwt:Audiences:0={Tokens.Audience}", $"Authentication:Jwt:KeysFile={keys.Path}",
            "Authorization:Rules:0:Key={claim:tenant}/*", "Authorization:Rules:0:Verbs:0=Send",
            "Authorization:Rules:1:Roles:0=admin");
        Assert.Equal(StatusCode.OK, await SendAsync("blue/1", tokens.Issue("a", claims: [("tenant", "blue")])));
        Assert.Equal(StatusCode.PermissionDenied, await SendAsync("red/1", tokens.Issue("a", claims: [("tenant", "blue")])));
        Assert.Equal(StatusCode.PermissionDenied, await SendAsync("blue/1", tokens.Issue("a")));
        Assert.Equal(StatusCode.OK, await SendAsync("red/1", tokens.Issue("a", claims: [("roles", "reader"), ("roles", "admin")])));
        Assert.Equal(2, gateway.Restate.Calls.Count);

        async Task<StatusCode> SendAsync(string key, string token) =>
            (await gateway.SendAsync(Protocol.Grpc, key, ("authorization", $"Bearer {token}"))).Code;
    }

    [Theory]
    [InlineData("Machines:0=ord*", true)]
    [InlineData("Machines:0=payment", false)]
    [InlineData("Machines:0=Order", false)]
    [InlineData("Verbs:0=send", true)]
    [InlineData("Verbs:0=Snapshot", false)]
    [InlineData("Roles:0=clerk", true)]
    [InlineData("Roles:0=admin", false)]
    [InlineData("Claims:shop:0=red", true)]
    [InlineData("Claims:shop:0=green", false)]
    [InlineData("Claims:sub:0=clerk", true)]
    [InlineData("Key=k", true)]
    [InlineData("Key=other", false)]
    public async Task A_rule_allows_what_all_of_it_matches(string condition, bool expected)
    {
        await using var gateway = await GuardedGateway.StartAsync([.. Callers, $"Authorization:Rules:0:{condition}"]);
        Assert.Equal(
            expected ? StatusCode.OK : StatusCode.PermissionDenied,
            (await gateway.SendAsync(Protocol.Grpc, "k", ("x-api-key", "clerk's"))).Code);
        Assert.Equal(expected ? 1 : 0, gateway.Restate.Calls.Count);
    }

    [Fact]
    public async Task What_a_request_does_counts_and_not_what_its_rpc_is_called()
    {
        await using var gateway = await GuardedGateway.StartAsync(
            "Authorization:Rules:0:Verbs:0=Create", "Authorization:Rules:0:Verbs:1=WaitFor");
        await AssertAsync("Open", new OpenRequest { Key = "k" }, StatusCode.OK);
        await AssertAsync("Open", new OpenRequest { Key = "k", IfExists = IfExists.Return }, StatusCode.PermissionDenied);
        await AssertAsync("Open", new OpenRequest { Key = "k", IfExists = IfExists.Reset }, StatusCode.PermissionDenied);
        await AssertAsync("AddItem", new AddItemRequest { Key = "k" }, StatusCode.PermissionDenied);
        await AssertAsync("Dispose", new DisposeRequest { Key = "k" }, StatusCode.PermissionDenied);
        var wait = new WaitForRequest { Key = "k", Condition = new Condition { Done = true } };
        await AssertAsync("WaitFor", new WaitForRequest(wait) { Event = new OrderEvent { Submit = new Submit() } }, StatusCode.PermissionDenied);
        await AssertAsync("WaitFor", new WaitForRequest(wait) { IncludeChanges = true }, StatusCode.PermissionDenied);
        Assert.Single(gateway.Restate.Calls);

        async Task AssertAsync(string method, Google.Protobuf.IMessage request, StatusCode expected) =>
            Assert.Equal(expected, (await gateway.Client.CallAsync(Protocol.Grpc, $"orders.v1.OrderService/{method}", request)).Code);
    }

    [Theory]
    [InlineData("Snapshot", (int)IfExists.Return)]
    [InlineData("Dispose", (int)IfExists.Reset)]
    public async Task A_create_that_does_more_needs_that_too(string verb, int ifExists)
    {
        await using var gateway = await GuardedGateway.StartAsync("Authorization:Rules:0:Verbs:0=Create", $"Authorization:Rules:0:Verbs:1={verb}");
        var open = new OpenRequest { Key = "k", IfExists = (IfExists)ifExists };
        Assert.Equal(StatusCode.OK, (await gateway.Client.CallAsync(Protocol.Grpc, "orders.v1.OrderService/Open", open)).Code);
    }

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static void AssertDenied(ProtocolAnswer answer, string key)
    {
        Assert.Equal((StatusCode.PermissionDenied, $"The caller may not Send order/{key}."), (answer.Code, answer.Message));
        var info = answer.Detail<ErrorInfo>()!;
        Assert.Equal(("machines.v1", "ACCESS_DENIED", "order", key), (info.Domain, info.Type, info.Metadata["object"], info.Metadata["key"]));
    }
}
