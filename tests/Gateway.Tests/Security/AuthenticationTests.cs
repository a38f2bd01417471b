using System.Net;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Orders.V1;
using Rpc;

namespace Gateway.Tests.Security;

public sealed class AuthenticationTests : IDisposable
{
    private const string Key = "correct horse battery staple";

    private static readonly string[] ApiKeySettings =
    [
        "Authentication:ApiKeys:0:Name=other", $"Authentication:ApiKeys:0:Sha256={Hash("something else")}",
        "Authentication:ApiKeys:1:Name=shop", $"Authentication:ApiKeys:1:Sha256={Hash(Key)}",
    ];

    private static readonly string[] JwtSettings =
        [$"Authentication:Jwt:Issuer={Tokens.Issuer}", $"Authentication:Jwt:Audiences:0={Tokens.Audience}"];

    private readonly Tokens _tokens = new();

    public void Dispose() => _tokens.Dispose();

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task Who_shows_no_valid_credentials_is_unauthenticated_and_never_reaches_restate(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync(ApiKeySettings);
        AssertUnauthenticated(await gateway.SendAsync(protocol, "a"));
        AssertUnauthenticated(await gateway.SendAsync(protocol, "a", ("x-api-key", Key + "x")));
        AssertUnauthenticated(await gateway.SendAsync(protocol, "a", ("authorization", "ApiKey wrong")));
        AssertUnauthenticated(await gateway.SendAsync(protocol, "a", ("authorization", $"Bearer {Key}")));
        AssertUnauthenticated(await gateway.SendAsync(protocol, "a", ("authorization", "Bearer a.b.c"), ("x-api-key", Key)));
        AssertUnauthenticated(await gateway.Client.CallAsync(protocol, "orders.v1.OrderService/NoSuchMethod", new SendRequest()));
        AssertUnauthenticated(await gateway.Client.CallAsync(protocol, "no.such.Service/Method", new SendRequest()));
        Assert.Empty(gateway.Restate.Calls);
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task An_api_key_lets_in(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync(ApiKeySettings);
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "a", ("x-api-key", Key))).Code);
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "a", ("authorization", $"ApiKey {Key}"))).Code);
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(protocol, "a", ("authorization", $"apikey {Key}"))).Code);
        Assert.Equal(3, gateway.Restate.Calls.Count);
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task A_token_of_the_issuer_for_this_audience_lets_in(Protocol protocol)
    {
        using var keys = new TemporaryFile(_tokens.KeySet);
        await using var gateway = await GuardedGateway.StartAsync([.. JwtSettings, $"Authentication:Jwt:KeysFile={keys.Path}"]);
        Assert.Equal(StatusCode.OK, (await SendAsync(gateway, protocol, _tokens.Issue("alice"))).Code);
        AssertUnauthenticated(await SendAsync(gateway, protocol, _tokens.Issue("alice", issuer: "https://other.test")));
        AssertUnauthenticated(await SendAsync(gateway, protocol, _tokens.Issue("alice", audience: "something else")));
        AssertUnauthenticated(await SendAsync(gateway, protocol, _tokens.Issue("alice", lifetime: TimeSpan.FromMinutes(-6))));
        AssertUnauthenticated(await SendAsync(gateway, protocol, Unsigned(_tokens.Issue("alice"))));
        using var others = new Tokens();
        AssertUnauthenticated(await SendAsync(gateway, protocol, others.Issue("alice")));
        Assert.Single(gateway.Restate.Calls);
    }

    [Fact]
    public async Task The_public_key_may_be_a_pem_file()
    {
        using var keys = new TemporaryFile(_tokens.PublicKeyPem);
        await using var gateway = await GuardedGateway.StartAsync([.. JwtSettings, $"Authentication:Jwt:KeysFile={keys.Path}"]);
        Assert.Equal(StatusCode.OK, (await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice"))).Code);
    }

    [Fact]
    public async Task Keys_that_are_replaced_in_their_file_count_from_then_on()
    {
        using var next = new Tokens();
        using var keys = new TemporaryFile(_tokens.KeySet);
        await using var gateway = await GuardedGateway.StartAsync([.. JwtSettings, $"Authentication:Jwt:KeysFile={keys.Path}"]);
        AssertUnauthenticated(await SendAsync(gateway, Protocol.Grpc, next.Issue("alice")));
        await File.WriteAllTextAsync(keys.Path, next.KeySet);
        await Eventually.BecomesTrueAsync(
            async () => (await SendAsync(gateway, Protocol.Grpc, next.Issue("alice"))).Code == StatusCode.OK, () => "the new key to be known");
        AssertUnauthenticated(await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice")));
    }

    [Theory]
    [InlineData("JwksUrl", "keys")]
    [InlineData("Authority", "")]
    public async Task Keys_are_fetched_from_the_issuer(string setting, string path)
    {
        await using var issuer = await StartIssuerAsync(_tokens.KeySet);
        await using var gateway = await GuardedGateway.StartAsync([.. JwtSettings, $"Authentication:Jwt:{setting}={issuer.Urls.Single()}/{path}"]);
        Assert.Equal(StatusCode.OK, (await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice"))).Code);
        using var others = new Tokens();
        AssertUnauthenticated(await SendAsync(gateway, Protocol.Grpc, others.Issue("alice")));
    }

    [Fact]
    public async Task The_configured_issuer_counts_and_not_the_one_that_the_authority_names()
    {
        const string Other = "https://other.test";
        await using var issuer = await StartIssuerAsync(_tokens.KeySet);
        await using var gateway = await GuardedGateway.StartAsync(
            $"Authentication:Jwt:Issuer={Other}", $"Authentication:Jwt:Audiences:0={Tokens.Audience}", $"Authentication:Jwt:Authority={issuer.Urls.Single()}/");
        Assert.Equal(StatusCode.OK, (await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice", issuer: Other))).Code);
        AssertUnauthenticated(await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice")));
    }

    [Fact]
    public async Task The_authoritys_own_issuer_counts_when_none_is_configured()
    {
        await using var issuer = await StartIssuerAsync(_tokens.KeySet);
        await using var gateway = await GuardedGateway.StartAsync(
            $"Authentication:Jwt:Audiences:0={Tokens.Audience}", $"Authentication:Jwt:Authority={issuer.Urls.Single()}/");
        Assert.Equal(StatusCode.OK, (await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice"))).Code);
        AssertUnauthenticated(await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice", issuer: "https://other.test")));
    }

    [Fact]
    public async Task While_the_issuer_cannot_be_reached_nobody_is_told_that_its_token_is_bad()
    {
        await using var gateway = await GuardedGateway.StartAsync([.. JwtSettings, $"Authentication:Jwt:JwksUrl=http://127.0.0.1:{FreePorts.Next()}/"]);
        var undecided = await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice"));
        Assert.Equal((StatusCode.Unavailable, "CREDENTIALS_UNCHECKED"), (undecided.Code, undecided.Detail<ErrorInfo>()!.Type));
        Assert.Empty(gateway.Restate.Calls);
    }

    [Theory]
    [InlineData(Protocol.Grpc, "grpc-timeout", "500m", "JwksUrl", "keys")]
    [InlineData(Protocol.Connect, "connect-timeout-ms", "500", "Authority", "")]
    public async Task A_call_waits_for_an_issuer_that_does_not_answer_no_longer_than_its_deadline(
        Protocol protocol, string timeout, string value, string setting, string path)
    {
        var keySet = new TaskCompletionSource<string>();
        await using var issuer = await StartIssuerAsync(() => keySet.Task);
        await using var gateway = await GuardedGateway.StartAsync([.. JwtSettings, $"Authentication:Jwt:{setting}={issuer.Urls.Single()}/{path}"]);
        var calls = Enumerable.Range(0, 3).Select(_ => gateway.SendAsync(protocol, "a", ("authorization", $"Bearer {_tokens.Issue("alice")}"), (timeout, value)));
        foreach (var undecided in await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(25)))
            Assert.Equal((StatusCode.Unavailable, "CREDENTIALS_UNCHECKED"), (undecided.Code, undecided.Detail<ErrorInfo>()!.Type));
        Assert.Empty(gateway.Restate.Calls);

        keySet.SetResult(_tokens.KeySet);
        Assert.Equal(StatusCode.OK, (await SendAsync(gateway, protocol, _tokens.Issue("alice"))).Code);
    }

    [Theory]
    [InlineData("""{"keys": []}""", "JwksUrl", "keys")]
    [InlineData("{}", "JwksUrl", "keys")]
    [InlineData("<html>", "JwksUrl", "keys")]
    [InlineData("{}", "Authority", "")]
    public async Task An_issuer_without_keys_is_asked_again(string keySet, string setting, string path)
    {
        await using var issuer = await StartIssuerAsync(() => Task.FromResult(keySet));
        await using var gateway = await GuardedGateway.StartAsync([.. JwtSettings, $"Authentication:Jwt:{setting}={issuer.Urls.Single()}/{path}"]);
        Assert.Equal(StatusCode.Unavailable, (await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice"))).Code);
        keySet = _tokens.KeySet;
        Assert.Equal(StatusCode.OK, (await SendAsync(gateway, Protocol.Grpc, _tokens.Issue("alice"))).Code);
    }

    [Fact]
    public async Task Health_is_open_to_everybody_and_reflection_is_not_unless_it_is_opened()
    {
        await using (var closed = await GuardedGateway.StartAsync(ApiKeySettings))
        {
            Assert.Equal(StatusCode.OK, (await closed.Client.CallAsync(Protocol.Grpc, "grpc.health.v1.Health/Check", new Empty())).Code);
            using var healthz = await closed.Client.GetAsync("/healthz");
            Assert.Equal(HttpStatusCode.OK, healthz.StatusCode);
            AssertUnauthenticated(await ReflectAsync(closed));
            Assert.Equal(StatusCode.OK, (await ReflectAsync(closed, ("x-api-key", Key))).Code);
        }

        await using var open = await GuardedGateway.StartAsync([.. ApiKeySettings, "Authentication:AllowAnonymousReflection=true"]);
        Assert.Equal(StatusCode.OK, (await ReflectAsync(open)).Code);
        AssertUnauthenticated(await open.SendAsync(Protocol.Grpc, "a"));
    }

    [Fact]
    public async Task A_request_that_is_no_call_is_told_so_by_its_http_status()
    {
        await using var gateway = await GuardedGateway.StartAsync(ApiKeySettings);
        using var existing = await gateway.Client.GetAsync("/orders.v1.OrderService/Send");
        using var absent = await gateway.Client.GetAsync("/no.such.Service/Method");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (existing.StatusCode, absent.StatusCode));
    }

    [Fact]
    public async Task By_default_nobody_is_asked()
    {
        await using var gateway = await GuardedGateway.StartAsync();
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(Protocol.Grpc, "a")).Code);
    }

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static void AssertUnauthenticated(ProtocolAnswer answer)
    {
        Assert.Equal((StatusCode.Unauthenticated, "Valid credentials are required."), (answer.Code, answer.Message));
        Assert.Single(answer.Details);
        Assert.Equal(("machines.v1", "CREDENTIALS_REQUIRED"), (answer.Detail<ErrorInfo>()!.Domain, answer.Detail<ErrorInfo>()!.Type));
    }

    /// <summary>The same token with <c>alg: none</c>.</summary>
    private static string Unsigned(string token) => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.";

    private static Task<ProtocolAnswer> SendAsync(GuardedGateway gateway, Protocol protocol, string token) =>
        gateway.SendAsync(protocol, "a", ("authorization", $"Bearer {token}"));

    private static Task<ProtocolAnswer> ReflectAsync(GuardedGateway gateway, params (string Name, string Value)[] headers) =>
        gateway.Client.CallAsync(Protocol.Grpc, "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", new Empty(), headers);

    private static Task<WebApplication> StartIssuerAsync(string keySet) => StartIssuerAsync(() => Task.FromResult(keySet));

    private static async Task<WebApplication> StartIssuerAsync(Func<Task<string>> keySet)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", (HttpContext http) => Results.Text(
            $$"""{"issuer": "{{Tokens.Issuer}}", "jwks_uri": "http://{{http.Request.Host}}/keys"}""", "application/json"));
        app.MapGet("/keys", async () => Results.Text(await keySet(), "application/json"));
        await app.StartAsync();
        return app;
    }
}
