namespace Rpc.Benchmarks;

/// <summary>One cell of the table: the medians of a server's rounds, which the servers take in turn.</summary>
internal sealed class Cell(ServerProcess server, Workload workload, int concurrency)
{
    private readonly List<Measurement> _rounds = [];

    public async Task AddRoundAsync(TimeSpan duration) => _rounds.Add(await Measurement.RunAsync(server, workload, concurrency, duration));

    /// <summary>The ratio of the rates and, in parentheses, of the CPU times: round by round, since what else the machine does meets both.</summary>
    public string RatioTo(Cell other)
    {
        var pairs = _rounds.Zip(other._rounds).ToArray();
        return $"{Median(pairs, pair => pair.First.Rate / pair.Second.Rate):N2} " +
            $"({Median(pairs, pair => pair.First.CpuMicroseconds / pair.Second.CpuMicroseconds):N2})";
    }

    public override string ToString() => new Measurement(
        Median(_rounds, round => round.Rate),
        Median(_rounds, round => round.CpuMicroseconds),
        _rounds[0].Allocated is null ? null : Median(_rounds, round => round.Allocated!.Value)).ToString();

    private static double Median<T>(IReadOnlyCollection<T> rounds, Func<T, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);
}
