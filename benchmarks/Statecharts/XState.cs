using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Statecharts.Benchmarks;

/// <summary>Runs xstate.mjs.</summary>
internal static class XState
{
    /// <summary>Events a second by machine; empty where Node or XState is missing.</summary>
    internal static Dictionary<string, double> Run(double seconds)
    {
        var rates = new Dictionary<string, double>();
        var start = new ProcessStartInfo("node", ["xstate.mjs", seconds.ToString(CultureInfo.InvariantCulture)])
        {
            // Where npm put XState: the sources' folder, not the output's.
            WorkingDirectory = SourceFolder(),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            rates[json.RootElement.GetProperty("name").GetString()!] = json.RootElement.GetProperty("rate").GetDouble();
        }
        process.WaitForExit();
        return rates;
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
