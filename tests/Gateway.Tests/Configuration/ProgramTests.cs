namespace Gateway.Tests.Configuration;

/// <summary>The program, started with what a user may get wrong.</summary>
public class ProgramTests
{
    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_and_without_a_stack_trace()
    {
        var (exitCode, output) = await RunAsync(
            ["Gateway__GrpcPort=abc", "Gateway__Upstream__Retry=3", "Kestrel__Endpoints__Open__Url=http://0.0.0.0:80"],
            "--admin", "ftp://x", "--ingress-token-file", "/nope", "--poll-interval", "soon", "--Gateway:RetryTimeout:Of=1");
        Assert.Equal(1, exitCode);
        Assert.Equal(
            [
                "Gateway:Admin: 'ftp://x/' is not an http or https address",
                "Gateway:GrpcPort: 'abc' is no whole number",
                "Gateway:PollInterval: 'soon' is no duration; 00:00:30 is thirty seconds",
                "Gateway:RetryTimeout: takes a single value: duration",
                "Gateway:Upstream:BearerTokenFile: there is no file '/nope'",
                "Gateway:Upstream:Retry: there is no such option; there are FurtherIngresses,",
                "Kestrel:Endpoints: is not for the gateway; say with Gateway:Listen, GrpcPort and HttpPort where it listens, and remove this",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Select(line => line.Split(" BearerToken,")[0]));
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
