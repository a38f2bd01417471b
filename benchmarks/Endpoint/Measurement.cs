using System.Diagnostics;

namespace Endpoint.Benchmarks;

/// <summary>What a load did, summed over its rounds.</summary>
internal sealed class Measurement(BenchmarkServer server, EndpointProcess endpoint, int concurrency)
{
    private readonly List<double> _latencies = [];
    private double _seconds;
    private double _serverCpu;
    private double _endpointCpu;
    private double _loadCpu;

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
        _latencies.AddRange(await Load.RunAsync(server.Ingress, endpoint.ObjectName, concurrency, duration));
        _seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        _serverCpu += ProcessUsage.CpuSeconds(server.ProcessId) - serverCpu;
        _endpointCpu += ProcessUsage.CpuSeconds(endpoint.Id) - endpointCpu;
        _loadCpu += ProcessUsage.CpuSeconds(Environment.ProcessId) - loadCpu;
    }
}
