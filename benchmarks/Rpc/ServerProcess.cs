using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace Rpc.Benchmarks;

/// <summary>A server in a process of its own, whose CPU time can be told from the load generator's.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private readonly bool _tellsAllocations;

    private ServerProcess(string file, IEnumerable<string> arguments, bool tellsAllocations)
    {
        _process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        _tellsAllocations = tellsAllocations;
        Port = int.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{file} did not start."), CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="kind"><c>rpc</c>, <c>kestrel</c> or <c>trailers</c>.</param>
    public static ServerProcess StartOurs(string kind) => new("dotnet", [typeof(ServerProcess).Assembly.Location, "serve", kind], tellsAllocations: true);

    public static ServerProcess StartGrpcJs() => new(
        "node",
        [Path.Combine(SourceFolder(), "grpc-js.mjs"), $"{Workload.StreamMessages}", $"{Workload.StreamMessageSize}"],
        tellsAllocations: false);

    /// <returns>The bytes it has allocated since its start; null where it does not tell.</returns>
    public async Task<long?> AllocatedAsync() => _tellsAllocations
        ? long.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{Port}{Servers.AllocatedPath}")), CultureInfo.InvariantCulture)
        : null;

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
