using System.Collections.Concurrent;
using Conformance.Client;
using Conformance.Protos;
using Conformance.Service;

namespace Conformance;

/// <summary>Runs a suite's cases, several at a time.</summary>
internal static class ConformanceRun
{
    private const int Concurrency = 16;

    public static async Task<IReadOnlyCollection<ConformanceOutcome>> RunAsync(ConformanceServer server, TestSuite suite, IEnumerable<Permutation> wires)
    {
        using var client = new ConformanceClient(server);
        var outcomes = new ConcurrentBag<ConformanceOutcome>();
        var runs = wires.SelectMany(wire => wire.Cases(suite), (wire, test) => (wire, test));
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (run, _) =>
        {
            var actual = await client.RunAsync(run.test.Request, run.wire.Tls);
            outcomes.Add(new ConformanceOutcome(run.test.Request.TestName, run.wire, Verdict.Of(run.test, actual)));
        });
        return outcomes;
    }
}
