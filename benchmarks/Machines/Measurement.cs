using System.Diagnostics;
using Endpoint.Benchmarks;
using Restate.Sdk.Client;

namespace Machines.Benchmarks;

/// <summary>What a number of callers, each with one call after another, did to one endpoint; summed over rounds.</summary>
/// <param name="server">The server.</param>
/// <param name="endpoint">What it calls.</param>
/// <param name="callers">How many callers.</param>
/// <param name="call">What each of them does, with numbers that count up.</param>
internal sealed class Measurement(BenchmarkServer server, EndpointProcess endpoint, int callers, Func<IngressClient, int, Task> call)
{
    private readonly List<double> _latencies = [];
    private double _seconds;
    private double _serverCpu;
    private double _endpointCpu;
    private double _loadCpu;
    private int _next;

    public double CallsPerSecond => _latencies.Count / _seconds;

    public double ServerCpuMilliseconds => _serverCpu * 1000 / _latencies.Count;

    public double EndpointCpuMilliseconds => _endpointCpu * 1000 / _latencies.Count;

    public double LoadCpuMilliseconds => _loadCpu * 1000 / _latencies.Count;

    public double Percentile(double percent) =>
        _latencies.Order().ElementAt(Math.Min(_latencies.Count - 1, (int)(_latencies.Count * percent / 100)));

    public async Task AddRoundAsync(TimeSpan duration)
    {
        var serverCpu = ProcessUsage.CpuSeconds(server.ProcessId);
        var endpointCpu = ProcessUsage.CpuSeconds(endpoint.Id);
        var loadCpu = ProcessUsage.CpuSeconds(Environment.ProcessId);
        var start = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(start, duration))));
        _latencies.AddRange(latencies.SelectMany(latency => latency));
        _seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        _serverCpu += ProcessUsage.CpuSeconds(server.ProcessId) - serverCpu;
        _endpointCpu += ProcessUsage.CpuSeconds(endpoint.Id) - endpointCpu;
        _loadCpu += ProcessUsage.CpuSeconds(Environment.ProcessId) - loadCpu;
    }

    private async Task<List<double>> CallAsync(long roundStart, TimeSpan duration)
    {
        var latencies = new List<double>();
        while (Stopwatch.GetElapsedTime(roundStart) < duration)
        {
            var start = Stopwatch.GetTimestamp();
            await call(server.Ingress, Interlocked.Increment(ref _next));
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return latencies;
    }
}
