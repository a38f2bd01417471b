using System.Text;
using Restate.Sdk;

namespace Endpoint.Benchmarks;

/// <summary>Many invocations of our endpoint: its memory has to stay flat, no stream may be reset, and every call has to count once.</summary>
internal static class SoakCommand
{
    private const int Concurrency = 64;
    private const int Samples = 5;
    private const string StreamReset = "RT0010";

    /// <returns>False when a stream was reset or a call was lost or counted twice.</returns>
    public static async Task<bool> RunAsync(int invocations)
    {
        await using var endpoint = await EndpointProcess.StartDotnetAsync();
        await using var server = await BenchmarkServer.StartAsync(endpoint);
        var share = invocations / Samples;
        await Load.RunAsync(server.Ingress, endpoint.ObjectName, Concurrency, share);
        Console.WriteLine($"after {share:N0} invocations to warm up: {ProcessUsage.ResidentMebibytes(endpoint.Id):N1} MiB");
        for (var i = 1; i <= Samples; i++)
        {
            await Load.RunAsync(server.Ingress, endpoint.ObjectName, Concurrency, share);
            Console.WriteLine($"after {share * i:N0} more: {ProcessUsage.ResidentMebibytes(endpoint.Id):N1} MiB");
        }

        long expected = share * (Samples + 1L), counted = 0;
        for (var key = 0; key < Load.Keys; key++)
        {
            var response = await server.Ingress.CallAsync(
                Target.Object(endpoint.ObjectName, Load.Key(key), "add"), "0"u8.ToArray());
            counted += long.Parse(Encoding.UTF8.GetString(response.Body.Span), System.Globalization.CultureInfo.InvariantCulture);
        }

        var resets = File.ReadLines(server.LogFile).Count(line => line.Contains(StreamReset, StringComparison.Ordinal));
        Console.WriteLine($"counted {counted:N0} of {expected:N0} calls; {StreamReset} in the server's log: {resets}");
        return resets == 0 && counted == expected;
    }
}
