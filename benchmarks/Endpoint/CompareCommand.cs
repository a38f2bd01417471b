namespace Endpoint.Benchmarks;

/// <summary>Our endpoint and the TypeScript SDK's, side by side on one server.</summary>
internal static class CompareCommand
{
    private const int Rounds = 2;
    private static readonly int[] Concurrencies = [1, 32, 64];

    public static async Task RunAsync(TimeSpan round)
    {
        await using var dotnet = await EndpointProcess.StartDotnetAsync();
        await using var typeScript = await EndpointProcess.StartTypeScriptAsync();
        await using var server = await BenchmarkServer.StartAsync(dotnet, typeScript);

        // Both just-in-time compilers, and the server's caches.
        foreach (var endpoint in (EndpointProcess[])[dotnet, typeScript, dotnet, typeScript])
            await Load.RunAsync(server.Ingress, endpoint.ObjectName, 32, round / 2);

        Console.WriteLine($"load average before: {LoadAverage()}");
        Console.WriteLine($"{"",-46} CPU ms a call of");
        Console.WriteLine(
            $"{"callers",-7}  {"endpoint",-10} {"calls/s",7} {"p50 ms",8} {"p99 ms",8}  {"endpoint",8} {"server",8} {"load",8}");
        foreach (var concurrency in Concurrencies)
        {
            var ours = new Measurement(server, dotnet, concurrency);
            var theirs = new Measurement(server, typeScript, concurrency);

            // Turn by turn, so that what else the machine does meets both.
            for (var i = 0; i < Rounds; i++)
            {
                await ours.AddRoundAsync(round);
                await theirs.AddRoundAsync(round);
            }

            Write(concurrency, ".NET", ours);
            Write(concurrency, "TypeScript", theirs);
            Console.WriteLine(
                $"{concurrency,7}  {"ratio",-10} {ours.CallsPerSecond / theirs.CallsPerSecond,7:N2} " +
                $"{ours.Percentile(50) / theirs.Percentile(50),8:N2} {ours.Percentile(99) / theirs.Percentile(99),8:N2}  " +
                $"{ours.EndpointCpuMilliseconds / theirs.EndpointCpuMilliseconds,8:N2} " +
                $"{ours.ServerCpuMilliseconds / theirs.ServerCpuMilliseconds,8:N2}");
        }

        Console.WriteLine($"load average after: {LoadAverage()}");
    }

    private static void Write(int concurrency, string name, Measurement measurement) => Console.WriteLine(
        $"{concurrency,7}  {name,-10} {measurement.CallsPerSecond,7:N0} {measurement.Percentile(50),8:N2} " +
        $"{measurement.Percentile(99),8:N2}  {measurement.EndpointCpuMilliseconds,8:N3} {measurement.ServerCpuMilliseconds,8:N3} " +
        $"{measurement.LoadCpuMilliseconds,8:N3}");

    private static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
