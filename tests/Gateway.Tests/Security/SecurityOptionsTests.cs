using Gateway.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Tests.Security;

public class SecurityOptionsTests
{
    private static readonly string AnyHash = new('a', 64);

    [Fact]
    public void What_nobody_has_set_is_valid() => Assert.Empty(Problems());

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_setting()
    {
        var problems = Problems(
            "Listen:0=here", "Tls:KeyFile=/no/such/key.pem", "Tls:ClientCertificates=Required",
            "Authentication:Jwt:JwksUrl=http://issuer.test/keys", "Authentication:Jwt:KeysFile=/no/such/keys.json",
            "Authentication:ApiKeys:0:Sha256=secret",
            "Authorization:Rules:0:Key=*x", "Authorization:Rules:1:Key={claim:sub}*",
            "Limits:MaxMessageSize=0", "Limits:MaxMetadataSize=40000", "Limits:KeyPattern=[a", "Limits:CallsPerSecond=-1", "Limits:MaxWaitTimeout=00:00:00",
            "Limits:MaxConcurrentCalls=0");
        Assert.Equal(
            [
                "Listen:0", "Tls:KeyFile", "Tls:CertificateFile", "Tls:ClientCertificateAuthorityFile",
                "Authentication:Jwt", "Authentication:Jwt:JwksUrl", "Authentication:Jwt:KeysFile", "Authentication:Jwt:Issuer", "Authentication:Jwt:Audiences",
                "Authentication:ApiKeys:0:Name", "Authentication:ApiKeys:0:Sha256",
                "Authorization:Rules:0:Key", "Authorization:Rules:1:Key",
                "Limits:MaxMessageSize", "Limits:MaxConcurrentCalls", "Limits:CallsPerSecond", "Limits:MaxWaitTimeout", "Limits:MaxMetadataSize", "Limits:KeyPattern",
            ],
            problems.Select(problem => problem["Gateway:".Length..problem.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public void To_be_reached_without_authentication_takes_a_switch(string address)
    {
        var problem = Assert.Single(Problems($"Listen:0={address}"));
        Assert.Equal(
            $"Gateway:Listen: {address} can be reached from other machines, and callers need no credentials: configure Gateway:Authentication or "
            + "client certificates, or set Gateway:AllowAnonymous to true",
            problem);
        Assert.Empty(Problems($"Listen:0={address}", "AllowAnonymous=true"));
        Assert.Empty(Problems($"Listen:0={address}", "Authentication:ApiKeys:0:Name=a", $"Authentication:ApiKeys:0:Sha256={AnyHash}"));
        Assert.Empty(Problems("Listen:0=127.0.0.1", "Listen:1=::1"));
    }

    [Fact]
    public void What_is_null_in_a_file_is_not_set()
    {
        var options = new GatewayOptions();
        options.Authentication.ApiKeys.Add(new ApiKeyOptions { Name = null!, Sha256 = null! });
        var problems = new AuthenticationOptionsValidator().Validate(null, options).Failures!;
        Assert.Equal(["Name", "Sha256"], problems.Select(problem => problem.Split(':')[4]));
    }

    [Fact]
    public void Authentication_and_the_switch_contradict_each_other() => Assert.StartsWith(
        "Gateway:AllowAnonymous: ",
        Assert.Single(Problems("AllowAnonymous=true", "Authentication:ApiKeys:0:Name=a", $"Authentication:ApiKeys:0:Sha256={AnyHash}")),
        StringComparison.Ordinal);

    [Fact]
    public void Files_that_hold_something_else_are_found_at_the_start()
    {
        using var file = new TemporaryFile("nothing of use");
        Assert.StartsWith("Gateway:Tls: the files cannot be used: ", Assert.Single(Problems($"Tls:CertificateFile={file.Path}")), StringComparison.Ordinal);
        Assert.StartsWith(
            $"Gateway:Authentication:Jwt:KeysFile: '{file.Path}' cannot be used: ",
            Assert.Single(Problems($"Authentication:Jwt:KeysFile={file.Path}", "Authentication:Jwt:Issuer=i", "Authentication:Jwt:Audiences:0=a")),
            StringComparison.Ordinal);
        using var noKeys = new TemporaryFile("{\"issuer\":\"https://issuer.test\"}");
        Assert.Equal(
            $"Gateway:Authentication:Jwt:KeysFile: '{noKeys.Path}' cannot be used: The key set holds no key that signs tokens.",
            Assert.Single(Problems($"Authentication:Jwt:KeysFile={noKeys.Path}", "Authentication:Jwt:Issuer=i", "Authentication:Jwt:Audiences:0=a")));
    }

    [Theory]
    [InlineData("Authorization:Rules:0:Claims:tenant", "is empty; list its values, as in Gateway:Authorization:Rules:0:Claims:tenant:0")]
    [InlineData("Authorization:Rules:0:Verbs:0", "'' is no Create, Send, Snapshot, WaitFor, Watch, Dispose, Describe")]
    [InlineData("GrpcPort", "'' is no whole number")]
    [InlineData("Tls:ClientCertificates", "'' is no None, Allowed, Required")]
    public void What_an_unset_variable_leaves_empty_neither_widens_a_rule_nor_ends_in_a_stack_trace(string setting, string problem) =>
        Assert.Contains($"Gateway:{setting}: {problem}", Problems($"{setting}="));

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("one\ntwo")]
    [InlineData("two words")]
    [InlineData("gehe\u00efm")]
    public void A_token_for_restate_that_no_header_can_carry_is_found_at_the_start(string token)
    {
        using var file = new TemporaryFile(token);
        Assert.Equal(
            $"Gateway:Upstream:BearerTokenFile: '{file.Path}' cannot be used: it must hold one token, printable ASCII without spaces",
            Assert.Single(Problems($"Upstream:BearerTokenFile={file.Path}")));
        Assert.Equal(
            "Gateway:Upstream:BearerToken: must be one token, printable ASCII without spaces",
            Assert.Single(Problems($"Upstream:BearerToken={token}")));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_beside_all_else_that_is_wrong() => Assert.Equal(
        ["Gateway:GrpcPort", "Gateway:Upstream:BearerTokenFile"],
        Problems("Upstream:BearerTokenFile=/proc/self/mem", "GrpcPort=0").Select(problem => problem[..problem.IndexOf(": ", StringComparison.Ordinal)]));

    [Fact]
    public void One_port_cannot_speak_both_protocols_in_clear_text()
    {
        Assert.Equal(
            "Gateway:HttpPort: 50051 is GrpcPort, too; without TLS each needs a port of its own",
            Assert.Single(Problems("HttpPort=50051")));
    }

    [Theory]
    [InlineData("1e-15")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e9")]
    [InlineData("Infinity")]
    public void A_rate_that_no_limiter_keeps_is_found_at_the_start(string rate) => Assert.StartsWith(
        "Gateway:Limits:CallsPerSecond: ", Assert.Single(Problems($"Limits:CallsPerSecond={rate}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("0.00001")]
    [InlineData("1000000")]
    public async Task The_lowest_and_the_highest_rate_let_a_call_in(string rate)
    {
        await using var gateway = await GuardedGateway.StartAsync($"Limits:CallsPerSecond={rate}");
        Assert.Equal(StatusCode.OK, (await gateway.SendAsync(Protocol.Grpc, "a")).Code);
    }

    [Fact]
    public void Two_callers_have_neither_a_name_nor_a_key_in_common() => Assert.Equal(
        [
            "Gateway:Authentication:ApiKeys:1:Name: 'a' has a key already; give each key a name of its own",
            "Gateway:Authentication:ApiKeys:1:Sha256: is the hash of another entry, too; give each caller a key of its own",
        ],
        Problems(
            "Authentication:ApiKeys:0:Name=a", $"Authentication:ApiKeys:0:Sha256={AnyHash}",
            "Authentication:ApiKeys:1:Name=a", $"Authentication:ApiKeys:1:Sha256={AnyHash.ToUpperInvariant()}"));

    private static IEnumerable<string> Problems(params string[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddCommandLine([.. settings.Select(setting => $"--Gateway:{setting}")]).Build());
        services.AddLogging();
        services.AddMachineGateway();
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<GatewayOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException e)
        {
            return e.Failures;
        }
    }
}
