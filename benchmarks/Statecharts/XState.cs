using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Statecharts.Benchmarks;

/// <summary>Runs xstate.mjs.</summary>
internal static class XState
{
    /// <summary>Node's version, and events a second by machine.</summary>
    internal static (string Node, Dictionary<string, double> Rates) Run(double seconds)
    {
        if (!Directory.Exists(Path.Combine(SourceFolder(), "node_modules")))
            Start("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");

        // npm brings Node.js 22 for Linux; elsewhere the one on the path has to do.
        var installed = Path.Combine(SourceFolder(), "node_modules/.bin/node");
        var output = Start(File.Exists(installed) ? installed : "node", "xstate.mjs", seconds.ToString(CultureInfo.InvariantCulture));
        using var json = JsonDocument.Parse(output);
        return (
            json.RootElement.GetProperty("node").GetString()!,
            json.RootElement.GetProperty("rates").EnumerateObject().ToDictionary(rate => rate.Name, rate => rate.Value.GetDouble()));
    }

    private static string Start(string program, params string[] arguments)
    {
        // Where npm puts XState: the sources' folder, not the output's.
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = SourceFolder(), RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}; see above.");
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
