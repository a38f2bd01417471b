using System.Text.Json;

namespace Interop;

/// <summary>What the Quickstart prints works when it is pasted, the seed's commands and Restate's own CLI included.</summary>
public class CheatSheetTests(QuickstartProcess quickstart) : IClassFixture<QuickstartProcess>
{
    [Fact]
    public async Task Every_command_works()
    {
        var commands = quickstart.Output.Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.StartsWith("npx ", StringComparison.Ordinal) || line.StartsWith("npm ", StringComparison.Ordinal) ||
                           line.StartsWith("curl ", StringComparison.Ordinal) || line.StartsWith("RESTATE_ADMIN_URL=", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(9, commands.Length);

        foreach (var command in commands)
            Assert.NotEmpty(await ShellAsync(command));
    }

    [Fact]
    public async Task The_restate_cli_finds_the_version_by_the_seeds_query()
    {
        var create = await ShellAsync($"curl --silent --show-error --fail http://localhost:{quickstart.IngressPort}/auth/queried/create");
        Assert.Equal("client", JsonElement.Parse(create).GetProperty("version").GetString());

        var rows = await ShellAsync(
            $"RESTATE_ADMIN_URL=http://localhost:{quickstart.AdminPort} npx restate sql --json \"select service_key, value_utf8 from state where key = 'version'\"");
        Assert.Contains(rows.Split('\n'), row => row.Contains("queried", StringComparison.Ordinal));
        Assert.Contains("client", rows, StringComparison.Ordinal);
    }

    private static Task<string> ShellAsync(string command) => ChildProcess.RunAsync("/bin/sh", ["-c", command], QuickstartProcess.Root);
}
