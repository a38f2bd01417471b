using System.Diagnostics;
using System.Globalization;
using Restate.Sdk;
using Restate.Sdk.Client;

namespace Endpoint.Benchmarks;

/// <summary>Workers that call a counter, each one call after another.</summary>
internal static class Load
{
    public const int Keys = 500;

    private static readonly byte[] One = "1"u8.ToArray();

    /// <summary>Calls until the time is up.</summary>
    /// <returns>How long each call took, in milliseconds.</returns>
    public static Task<List<double>> RunAsync(IngressClient ingress, string objectName, int concurrency, TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return RunAsync(ingress, objectName, concurrency, () => Stopwatch.GetTimestamp() < end);
    }

    /// <summary>Makes a number of calls.</summary>
    /// <returns>How long each call took, in milliseconds.</returns>
    public static Task<List<double>> RunAsync(IngressClient ingress, string objectName, int concurrency, int calls)
    {
        var left = calls;
        return RunAsync(ingress, objectName, concurrency, () => Interlocked.Decrement(ref left) >= 0);
    }

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"key-{number}");

    private static async Task<List<double>> RunAsync(IngressClient ingress, string objectName, int concurrency, Func<bool> goesOn)
    {
        var next = 0;
        var workers = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(WorkAsync)));
        return [.. workers.SelectMany(latencies => latencies)];

        async Task<List<double>> WorkAsync()
        {
            var latencies = new List<double>();
            while (goesOn())
            {
                var key = Key((int)((uint)Interlocked.Increment(ref next) % Keys));
                var start = Stopwatch.GetTimestamp();
                await ingress.CallAsync(Target.Object(objectName, key, "add"), One);
                latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return latencies;
        }
    }
}
