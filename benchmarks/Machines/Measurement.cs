using System.Diagnostics;
using Endpoint.Benchmarks;

namespace Machines.Benchmarks;

/// <summary>What a number of callers, each with one call after another, brought about; summed over rounds.</summary>
/// <param name="callers">How many callers.</param>
/// <param name="call">What each of them does, with numbers that count up.</param>
/// <param name="processes">The processes whose CPU time is told.</param>
internal sealed class Measurement(int callers, Func<int, Task> call, params IEnumerable<int> processes)
{
    private readonly Dictionary<int, double> _cpu = processes.ToDictionary(process => process, _ => 0.0);
    private readonly List<double> _latencies = [];
    private double _seconds;
    private int _next;

    public double CallsPerSecond => _latencies.Count / _seconds;

    public double CpuMilliseconds(int process) => _cpu[process] * 1000 / _latencies.Count;

    public double Percentile(double percent) =>
        _latencies.Order().ElementAt(Math.Min(_latencies.Count - 1, (int)(_latencies.Count * percent / 100)));

    public async Task AddRoundAsync(TimeSpan duration)
    {
        CountCpu(-1);
        var start = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(start, duration))));
        _latencies.AddRange(latencies.SelectMany(latency => latency));
        _seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        CountCpu(1);
    }

    private void CountCpu(int sign)
    {
        foreach (var process in _cpu.Keys)
            _cpu[process] += sign * ProcessUsage.CpuSeconds(process);
    }

    private async Task<List<double>> CallAsync(long roundStart, TimeSpan duration)
    {
        var latencies = new List<double>();
        while (Stopwatch.GetElapsedTime(roundStart) < duration)
        {
            var start = Stopwatch.GetTimestamp();
            await call(Interlocked.Increment(ref _next));
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return latencies;
    }
}
