using Endpoint.Benchmarks;

namespace Machines.Benchmarks;

/// <summary>The first candidate and others, side by side on one server.</summary>
/// <param name="server">The process of the server.</param>
/// <param name="turn">How long each works at a time, which is short, so that what else the machine does meets all of them.</param>
/// <param name="candidates">Who is compared.</param>
internal sealed class Comparison(int server, TimeSpan turn, IReadOnlyList<Candidate> candidates)
{
    private const int Turns = 6;

    // A gateway under load goes on compiling for more than a minute, which at first takes a quarter of its time.
    private const int SendWarmUps = 14;
    private const int WaitWarmUps = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    // The most first: what they need, the warm-up has left connected and compiled.
    private static readonly int[] Senders = [64, 32, 1];
    private static readonly int[] Waiters = [16, 1];

    public async Task RunAsync()
    {
        Console.WriteLine($"load average before: {LoadAverage()}");
        Console.WriteLine($"{"",-53} CPU ms a call of");
        Console.WriteLine(
            $"{"",-5} {"callers",7}  {"",-14} {"calls/s",7} {"p50 ms",8} {"p99 ms",8}  {"endpoint",8} {"server",8} {"load",8}" +
            (candidates.Any(candidate => candidate.Gateway is not null) ? $" {"gateway",8}" : ""));
        await CompareAsync("send", Senders, SendWarmUps, candidate => candidate.Send);
        await CompareAsync("wait", Waiters, WaitWarmUps, candidate => candidate.Wait);
        Console.WriteLine($"load average after: {LoadAverage()}");
    }

    public static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    private async Task CompareAsync(string workload, int[] concurrencies, int warmUps, Func<Candidate, Func<int, Task>?> callOf)
    {
        var compared = candidates.Where(candidate => callOf(candidate) is not null).ToList();

        // Both just-in-time compilers, the connections of as many as will call, and the server's caches.
        for (var i = 0; i < warmUps; i++)
        {
            foreach (var candidate in compared)
                await new Measurement(concurrencies[0], callOf(candidate)!).AddRoundAsync(WarmUp);
        }

        foreach (var callers in concurrencies)
        {
            var measurements = compared.Select(candidate => new Measurement(
                callers, callOf(candidate)!, [server, Environment.ProcessId, candidate.Endpoint, .. (int[])(candidate.Gateway is { } gateway ? [gateway] : [])])).ToArray();

            var stolen = new StolenTime();
            for (var i = 0; i < Turns; i++)
            {
                foreach (var measurement in measurements)
                    await measurement.AddRoundAsync(turn);
            }

            Console.WriteLine($"{workload,-5} {callers,7}  stolen by the hypervisor: {stolen.Share() * 100:N1} % of the time with something to do");
            foreach (var (candidate, measurement) in compared.Zip(measurements))
                Write(workload, callers, candidate, measurement);
            foreach (var (candidate, measurement) in compared.Zip(measurements).Skip(1))
                WriteRatio(workload, callers, (compared[0], measurements[0]), (candidate, measurement));
        }
    }

    private void Write(string workload, int callers, Candidate candidate, Measurement measured) => Console.WriteLine(
        $"{workload,-5} {callers,7}  {candidate.Name,-14} {measured.CallsPerSecond,7:N0} {measured.Percentile(50),8:N2} {measured.Percentile(99),8:N2}  " +
        $"{measured.CpuMilliseconds(candidate.Endpoint),8:N3} {measured.CpuMilliseconds(server),8:N3} {measured.CpuMilliseconds(Environment.ProcessId),8:N3}" +
        (candidate.Gateway is { } gateway ? $" {measured.CpuMilliseconds(gateway),8:N3}" : ""));

    private void WriteRatio(string workload, int callers, (Candidate Candidate, Measurement Measured) first, (Candidate Candidate, Measurement Measured) other) =>
        Console.WriteLine(
            $"{workload,-5} {callers,7}  {$"{first.Candidate.Name}/{other.Candidate.Name}",-14} {first.Measured.CallsPerSecond / other.Measured.CallsPerSecond,7:N2} " +
            $"{first.Measured.Percentile(50) / other.Measured.Percentile(50),8:N2} {first.Measured.Percentile(99) / other.Measured.Percentile(99),8:N2}  " +
            $"{first.Measured.CpuMilliseconds(first.Candidate.Endpoint) / other.Measured.CpuMilliseconds(other.Candidate.Endpoint),8:N2} " +
            $"{first.Measured.CpuMilliseconds(server) / other.Measured.CpuMilliseconds(server),8:N2}" +
            (first.Candidate.Gateway is { } ours && other.Candidate.Gateway is { } theirs
                ? $" {"",8} {first.Measured.CpuMilliseconds(ours) / other.Measured.CpuMilliseconds(theirs),8:N2}"
                : ""));
}
