using System.Diagnostics;
using System.Globalization;
using Endpoint.Benchmarks;
using Machines.Benchmarks;

namespace Gateway.Benchmarks;

/// <summary>Many WaitFor streams at once: what each costs the gateway in memory, and what they do to the sends beside them.</summary>
internal static class StreamsCommand
{
    private const int Callers = 8;
    private const int Openers = 64;

    /// <summary>A wait has no limit but Restate's, which counts the invocations that have not been suspended yet.</summary>
    private static readonly Dictionary<string, string> Restate = new()
    {
        ["RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT"] = "1s",
        ["RESTATE_WORKER__INVOKER__CONCURRENT_INVOCATIONS_LIMIT"] = "20000",
    };

    public static async Task RunAsync(int streams, TimeSpan round)
    {
        await using var ours = await EndpointProcess.StartAsync(MachinesEndpoint.Command);
        await using var server = await BenchmarkServer.StartAsync([ours], Restate);
        await using var gateway = await GatewayProcess.StartAsync(server);
        using var client = new GrpcClient(gateway.Address);
        var calls = new TypedCalls(client);
        var keys = Enumerable.Range(0, streams).Select(number => string.Create(CultureInfo.InvariantCulture, $"wait-{number}")).ToArray();
        Console.WriteLine($"load average before: {Comparison.LoadAverage()}");

        await ForEachAsync(keys, calls.CreateDoorAsync);
        await SendAsync("warm-up");
        await SendAsync("no streams");
        var (residentBefore, heapBefore) = await MemoryAsync();

        var waits = new Task[streams];
        var opening = Stopwatch.StartNew();
        await ForEachAsync(Enumerable.Range(0, streams), async number => waits[number] = await calls.OpenWaitAsync(keys[number]));
        Console.WriteLine($"{streams:N0} streams opened in {opening.Elapsed.TotalSeconds:N1} s");
        await SendAsync($"{streams:N0} streams");
        var (resident, heap) = await MemoryAsync();
        if (Array.Find(waits, wait => wait.IsCompleted) is { } ended)
            await ended;
        Console.WriteLine(
            $"gateway memory an open WaitFor: {(resident - residentBefore) / streams:N1} kB resident ({residentBefore / 1000:N0} to {resident / 1000:N0} MB), " +
            $"{(heap - heapBefore) / streams:N1} kB of heap ({heapBefore / 1000:N0} to {heap / 1000:N0} MB)");

        await ForEachAsync(keys, calls.CloseDoorAsync);
        await Task.WhenAll(waits);
        Console.WriteLine($"all {streams:N0} matched");
        Console.WriteLine($"load average after: {Comparison.LoadAverage()}");

        async Task SendAsync(string beside)
        {
            var measured = new Measurement(Callers, calls.SendAsync, gateway.Id);
            await measured.AddRoundAsync(round);
            Console.WriteLine(
                $"{beside,-14} {Callers} callers: {measured.CallsPerSecond,6:N0} sends/s, p50 {measured.Percentile(50):N2} ms, p99 {measured.Percentile(99):N2} ms, " +
                $"gateway CPU {measured.CpuMilliseconds(gateway.Id):N3} ms a send");
        }

        async Task<(double Resident, double Heap)> MemoryAsync() =>
            (ProcessUsage.ResidentMebibytes(gateway.Id) * 1024 * 1.024, await gateway.HeapBytesAsync() / 1000);
    }

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> act) => Parallel.ForEachAsync(
        items, new ParallelOptions { MaxDegreeOfParallelism = Openers }, async (item, _) => await act(item));
}
