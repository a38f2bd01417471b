namespace Endpoint.Benchmarks;

/// <summary>Our endpoint and the TypeScript SDK's, side by side on one server.</summary>
internal static class CompareCommand
{
    private const int Rounds = 2;
    private static readonly int[] Concurrencies = [1, 32, 64];

    public static async Task RunAsync(TimeSpan round)
    {
        await using EndpointProcess dotnet = await EndpointProcess.StartDotnetAsync();
        await using EndpointProcess typeScript = await EndpointProcess.StartTypeScriptAsync();
        await using BenchmarkServer server = await BenchmarkServer.StartAsync(dotnet, typeScript);

        // Both just-in-time compilers, and the server's caches.
        foreach (EndpointProcess endpoint in (EndpointProcess[])[dotnet, typeScript, dotnet, typeScript])
            await Load.RunAsync(server.Ingress, endpoint.ObjectName, 32, round / 2);

        Console.WriteLine($"load average before: {LoadAverage()}");
        Console.WriteLine("concurrency  endpoint     calls/s   p50 ms   p99 ms  server CPU ms/call  endpoint CPU ms/call");
        foreach (int concurrency in Concurrencies)
        {
            var ours = new Measurement(server, dotnet, concurrency);
            var theirs = new Measurement(server, typeScript, concurrency);

            // Turn by turn, so that what else the machine does meets both.
            for (int i = 0; i < Rounds; i++)
            {
                await ours.AddRoundAsync(round);
                await theirs.AddRoundAsync(round);
            }

            Write(concurrency, ".NET", ours);
            Write(concurrency, "TypeScript", theirs);
            Console.WriteLine(
                $"{concurrency,11}  {"ratio",-10} {ours.CallsPerSecond / theirs.CallsPerSecond,9:N2} " +
                $"{ours.Percentile(50) / theirs.Percentile(50),8:N2} {ours.Percentile(99) / theirs.Percentile(99),8:N2} " +
                $"{ours.ServerCpuMilliseconds / theirs.ServerCpuMilliseconds,19:N2} " +
                $"{ours.EndpointCpuMilliseconds / theirs.EndpointCpuMilliseconds,21:N2}");
        }

        Console.WriteLine($"load average after: {LoadAverage()}");
    }

    private static void Write(int concurrency, string name, Measurement measurement) => Console.WriteLine(
        $"{concurrency,11}  {name,-10} {measurement.CallsPerSecond,9:N0} {measurement.Percentile(50),8:N2} " +
        $"{measurement.Percentile(99),8:N2} {measurement.ServerCpuMilliseconds,19:N3} {measurement.EndpointCpuMilliseconds,21:N3}");

    private static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
