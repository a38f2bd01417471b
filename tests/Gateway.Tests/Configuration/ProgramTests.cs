namespace Gateway.Tests.Configuration;

/// <summary>The program, started with what a user may get wrong.</summary>
public class ProgramTests
{
    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_and_without_a_stack_trace()
    {
        var (exitCode, output) = await RunAsync(
            [
                "Gateway__GrpcPort=abc", "Gateway__Upstream__Retry=3", "Gateway__Streams__UpstreamWait=5", "Kestrel__Endpoints__Open__Url=http://0.0.0.0:80",
                "Rpc__MaxReceiveMessageSize=abc", "Rpc__Keepalive=1", "Logging__LogLevel__Default=Loud",
            ],
            "--admin", "ftp://x", "--ingress-token-file", "/nope", "--poll-interval", "soon", "--Gateway:RetryTimeout:Of=1");
        Assert.Equal(1, exitCode);
        Assert.Equal(
            [
                "Gateway:Admin: 'ftp://x/' is not an http or https address",
                "Gateway:GrpcPort: 'abc' is no whole number",
                "Gateway:PollInterval: 'soon' is no duration; 00:00:30 is thirty seconds",
                "Gateway:RetryTimeout: takes a single value: duration",
                "Gateway:Streams:UpstreamWait: '5' is no duration; 00:00:30 is thirty seconds",
                "Gateway:Upstream:BearerTokenFile: there is no file '/nope'",
                "Gateway:Upstream:Retry: there is no such option; there are FurtherIngresses,",
                "Kestrel:Endpoints: is not for the gateway; say with Gateway:Listen, GrpcPort and HttpPort where it listens, and remove this",
                "Logging:LogLevel:Default: 'Loud' is no Trace, Debug, Information, Warning, Error, Critical, None",
                "Rpc:Keepalive: there is no such option; there are MaxReceiveMessageSize,",
                "Rpc:MaxReceiveMessageSize: 'abc' is no whole number",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Select(line => line.Split(" BearerToken,")[0].Split(" MaxSend")[0]));
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_no_crash()
    {
        var (exitCode, output) = await RunAsync(
            [], "--listen", "203.0.113.5", "--Gateway:AllowAnonymous=true", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Gateway=None");
        Assert.Equal((1, "Gateway:Listen: the gateway cannot listen there: Cannot assign requested address"), (exitCode, output.Trim()));
    }

    [Fact]
    public async Task A_settings_file_that_cannot_be_read_is_named_with_the_place()
    {
        var environment = Guid.NewGuid().ToString("N");
        var file = Path.Combine(AppContext.BaseDirectory, $"appsettings.{environment}.json");
        await File.WriteAllTextAsync(file, """{ "Gateway": { "GrpcPort": 1 """);
        try
        {
            var (exitCode, output) = await RunAsync([$"DOTNET_ENVIRONMENT={environment}"]);
            Assert.Equal(1, exitCode);
            Assert.StartsWith($"Failed to load configuration from file '{file}'. ", output, StringComparison.Ordinal);
            Assert.Contains("LineNumber: 0", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--ingres", "http://127.0.0.1:1", "Did you mean one of the following?\n--ingress")]
    [InlineData("--admin", "http://a/", "--admin can be given once only.")]
    public async Task A_command_line_that_is_wrong_is_refused(string name, string value, string expected)
    {
        var (exitCode, output) = await RunAsync([], name, value, "--admin", "http://b/");
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_holds_no_descriptors_is_named()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Gateway.runtimeconfig.json");
        var (exitCode, output) = await RunAsync([], "--descriptors", file);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{file}: not a google.protobuf.FileDescriptorSet", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_every_switch_and_version_the_version()
    {
        var (exitCode, help) = await RunAsync([], "--help");
        Assert.Equal(0, exitCode);
        Assert.All(Gateway.Configuration.GatewayCommandLine.Switches, known => Assert.Contains($"{known.Name} <{known.Value}>", help, StringComparison.Ordinal));

        Assert.Contains("\n  Gateway:Ingress ", help, StringComparison.Ordinal);
        Assert.Matches("\n  Gateway:PollInterval +duration \\(default 00:00:02\\)\n", help);
        Assert.Matches("\n  Gateway:AllowAnonymous +true or false \\(default false\\)\n", help);
        Assert.Matches("\n  Gateway:Authentication:ApiKeys:0:Name +text\n", help);
        Assert.Matches("\n  Gateway:Upstream:RetryBudget +whole number \\(default \\d+\\)\n", help);
        Assert.Matches("\n  Gateway:Authorization:Rules:0:Claims +map of list of text\n", help);
        Assert.Contains("\n  Rpc:", help, StringComparison.Ordinal);

        (exitCode, var version) = await RunAsync([], "--version");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", version);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] environment, params string[] arguments)
    {
        await using var gateway = ChildProcess.Start("/usr/bin/env", [.. environment, "dotnet", Path.Combine(AppContext.BaseDirectory, "Gateway.dll"), .. arguments]);
        var exitCode = await gateway.WaitForExitAsync();
        return (exitCode, gateway.Output);
    }
}
