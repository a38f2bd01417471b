using System.Diagnostics;
using Restate.Sdk.Protocol;
using Restate.Sdk.Tests.Protocol;

namespace Endpoint.Benchmarks;

/// <summary>Mutated frame streams into the protocol machine. Throws at the first outcome that is neither an error nor a valid answer.</summary>
internal static class FuzzCommand
{
    public static void Run(int streams)
    {
        var seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var outcomes = new SortedDictionary<AttemptOutcome, int>();
        var start = Stopwatch.GetTimestamp();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < streams; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var outcome = StreamFuzzer.RunOne(random);
            var duration = Stopwatch.GetElapsedTime(started);
            slowest = duration > slowest ? duration : slowest;
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        foreach ((var outcome, var count) in outcomes)
            Console.WriteLine($"{outcome,-10} {count,10:N0}");
        Console.WriteLine(
            $"{Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s, the slowest stream {slowest.TotalMilliseconds:N1} ms, " +
            $"{ProcessUsage.ResidentMebibytes(Environment.ProcessId):N0} MiB at the end");
    }
}
