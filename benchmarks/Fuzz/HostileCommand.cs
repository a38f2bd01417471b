namespace Fuzz.Benchmarks;

/// <summary>
/// Attacks the server in one way after the other while a well-behaved client goes on calling. It passes if every one of that client's
/// calls is answered. What memory the pools keep after the first round has to do for the others.
/// </summary>
internal static class HostileCommand
{
    private const int Rounds = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task<bool> RunAsync(TimeSpan duration)
    {
        using var server = VictimServer.Start();
        using var client = new HttpClient();
        await ProbeAsync(server, client, TimeSpan.FromSeconds(2));
        Console.WriteLine($"{"attack",-24} {"what it did",-44} {"calls",7} {"failed",7} {"slowest",9} {"memory: before",15} {"at most",8} {"after",7}");
        var failed = 0;
        foreach (var attack in Enumerable.Repeat(Attack.All, Rounds).SelectMany(attacks => attacks))
        {
            var before = server.ResidentMebibytes;
            using var end = new CancellationTokenSource(duration);
            var attacking = attack.RunAsync(server, end.Token);
            var probe = await ProbeAsync(server, client, duration);
            var done = await attacking;
            var after = await ProbeAsync(server, client, TimeSpan.FromSeconds(2));
            failed += probe.Failed + after.Failed;
            Console.WriteLine(
                $"{attack.Name,-24} {done,-44} {probe.Calls,7:N0} {probe.Failed + after.Failed,7:N0} {probe.Slowest.TotalMilliseconds,6:N0} ms " +
                $"{before,11:N0} MiB {Math.Max(probe.PeakMebibytes, after.PeakMebibytes),8:N0} {server.ResidentMebibytes,7:N0}");
        }

        return failed == 0 && server.Runs;
    }

    private static async Task<Probe> ProbeAsync(VictimServer server, HttpClient client, TimeSpan duration)
    {
        var probe = new Probe();
        using var end = new CancellationTokenSource(duration);
        while (!end.IsCancellationRequested)
        {
            await probe.CallAsync(server, client);
            await Task.Delay(Pause);
        }

        return probe;
    }
}
