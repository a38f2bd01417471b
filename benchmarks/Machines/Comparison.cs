using Restate.Sdk.Client;

namespace Machines.Benchmarks;

/// <summary>Our machines, @restatedev/xstate's and a bare handler, side by side on one server.</summary>
internal static class Comparison
{
    private const int Rounds = 2;
    private static readonly int[] Senders = [1, 32, 64];
    private static readonly int[] Waiters = [1, 16];

    public static async Task RunAsync(TimeSpan round)
    {
        await using var ours = await EndpointProcess.StartAsync(MachinesEndpoint.Command);
        await using var theirs = await EndpointProcess.StartPeerAsync();
        await using var least = await EndpointProcess.StartAsync(BareEndpoint.Command);
        await using var server = await BenchmarkServer.StartAsync(ours, theirs, least);
        var machines = new Candidate("ours", ours, "counter", "door");
        var peer = new Candidate("xstate", theirs, "peer-counter", "peer-door");
        var bare = new Candidate("bare", least, BareEndpoint.Object, Door: null);

        Console.WriteLine($"load average before: {LoadAverage()}");
        Console.WriteLine($"{"",-53} CPU ms a call of");
        Console.WriteLine($"{"",-5} {"callers",7}  {"endpoint",-11} {"calls/s",7} {"p50 ms",8} {"p99 ms",8}  {"endpoint",8} {"server",8} {"load",8}");
        await Workload.CreateAsync(server.Ingress, machines.Counter);
        await Workload.CreateAsync(server.Ingress, peer.Counter);
        await CompareAsync(server, "send", Senders, round, [machines, peer, bare], candidate => (ingress, number) => Workload.SendAsync(ingress, candidate.Counter, number));
        await CompareAsync(server, "wait", Waiters, round, [machines, peer], candidate => (ingress, number) => Workload.WaitAsync(ingress, candidate.Door!, number));
        Console.WriteLine($"load average after: {LoadAverage()}");
    }

    private static async Task CompareAsync(
        BenchmarkServer server,
        string workload,
        int[] concurrencies,
        TimeSpan round,
        Candidate[] candidates,
        Func<Candidate, Func<IngressClient, int, Task>> call)
    {
        // Both just-in-time compilers, and the server's caches.
        foreach (var candidate in candidates.Concat(candidates))
            await new Measurement(server, candidate.Endpoint, 32, call(candidate)).AddRoundAsync(round / 2);

        foreach (var callers in concurrencies)
        {
            var measurements = candidates.Select(candidate => new Measurement(server, candidate.Endpoint, callers, call(candidate))).ToArray();

            // Turn by turn, so that what else the machine does meets all of them.
            for (var i = 0; i < Rounds; i++)
            {
                foreach (var measurement in measurements)
                    await measurement.AddRoundAsync(round);
            }

            foreach (var (candidate, measurement) in candidates.Zip(measurements))
                Write(workload, callers, candidate.Name, measurement);
            foreach (var (candidate, measurement) in candidates.Zip(measurements).Skip(1))
                WriteRatio(workload, callers, $"ours/{candidate.Name}", measurements[0], measurement);
        }
    }

    private static void Write(string workload, int callers, string name, Measurement measured) => Console.WriteLine(
        $"{workload,-5} {callers,7}  {name,-11} {measured.CallsPerSecond,7:N0} {measured.Percentile(50),8:N2} {measured.Percentile(99),8:N2}  " +
        $"{measured.EndpointCpuMilliseconds,8:N3} {measured.ServerCpuMilliseconds,8:N3} {measured.LoadCpuMilliseconds,8:N3}");

    private static void WriteRatio(string workload, int callers, string name, Measurement ours, Measurement other) => Console.WriteLine(
        $"{workload,-5} {callers,7}  {name,-11} {ours.CallsPerSecond / other.CallsPerSecond,7:N2} " +
        $"{ours.Percentile(50) / other.Percentile(50),8:N2} {ours.Percentile(99) / other.Percentile(99),8:N2}  " +
        $"{ours.EndpointCpuMilliseconds / other.EndpointCpuMilliseconds,8:N2} {ours.ServerCpuMilliseconds / other.ServerCpuMilliseconds,8:N2}");

    private static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
