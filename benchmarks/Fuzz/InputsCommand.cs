using System.Diagnostics;
using Endpoint.Benchmarks;
using Rpc.Tests.Fuzzing;

namespace Fuzz.Benchmarks;

/// <summary>Damaged inputs of each sort. Throws at the first whose outcome is neither a result nor a proper refusal.</summary>
internal static class InputsCommand
{
    public static async Task RunAsync(int count)
    {
        var seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}, {count:N0} inputs of each sort");
        await using var pipeline = await FuzzedPipeline.StartAsync();
        var random = new Random(seed);
        await RunAsync("bodies: frames, compression, messages", count, () => pipeline.SendAsync(RequestFuzzer.DamagedBody(random)));
        await RunAsync("request lines and headers", count, () => pipeline.SendAsync(RequestFuzzer.DamagedHead(random)));
        var transcoder = new TranscoderFuzzer(seed);
        await RunAsync("messages to JSON", count, () => ValueTask.FromResult(transcoder.WriteOne() ? "written" : "refused"));
        await RunAsync("JSON to messages", count, () => ValueTask.FromResult(transcoder.ReadOne() ? "read" : "refused"));
    }

    private static async Task RunAsync(string name, int count, Func<ValueTask<string>> input)
    {
        var outcomes = new Dictionary<string, int>();
        var slowest = TimeSpan.Zero;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var outcome = await input();
            var duration = Stopwatch.GetElapsedTime(started);
            slowest = duration > slowest ? duration : slowest;
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        Console.WriteLine(
            $"{name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s, the slowest {slowest.TotalMilliseconds:N0} ms, " +
            $"{ProcessUsage.PeakMebibytes(Environment.ProcessId):N0} MiB at most");
        foreach (var (outcome, times) in outcomes.OrderByDescending(outcome => outcome.Value))
            Console.WriteLine($"  {outcome,-20} {times,12:N0}");
    }
}
