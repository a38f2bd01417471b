using System.Diagnostics;

namespace Rpc.Benchmarks;

/// <summary>What a server did in one round.</summary>
/// <param name="Rate">Messages of responses a second.</param>
/// <param name="CpuMicroseconds">The server's CPU time a message.</param>
/// <param name="Allocated">Bytes the server allocated a message; null where it does not tell.</param>
internal sealed record Measurement(double Rate, double CpuMicroseconds, double? Allocated)
{
    /// <summary>More calls than these share no connection: Kestrel allows 100 a connection.</summary>
    private const int CallsPerConnection = 64;

    public static async Task<Measurement> RunAsync(ServerProcess server, Workload workload, int concurrency, TimeSpan duration)
    {
        await LoadAsync(server, workload, concurrency, duration / 2);
        var (allocated, cpu, watch) = (await server.AllocatedAsync(), server.CpuTime, Stopwatch.StartNew());
        var messages = await LoadAsync(server, workload, concurrency, duration);
        var elapsed = watch.Elapsed;
        return new Measurement(
            messages / elapsed.TotalSeconds,
            (server.CpuTime - cpu).TotalMicroseconds / messages,
            (await server.AllocatedAsync() - allocated) / messages);
    }

    public override string ToString() => $"{Rate:N0}/s ({CpuMicroseconds:N1} µs{(Allocated is { } bytes ? $"; {bytes:N0} B" : "")})";

    private static async Task<double> LoadAsync(ServerProcess server, Workload workload, int concurrency, TimeSpan duration)
    {
        using var stop = new CancellationTokenSource(duration);
        var connections = Enumerable.Range(0, (concurrency + CallsPerConnection - 1) / CallsPerConnection)
            .Select(_ => new LoadConnection(server.Port, workload)).ToArray();
        try
        {
            await Task.WhenAll(connections.Select(connection => connection.RunAsync(concurrency / connections.Length, stop.Token)));
            return connections.Sum(connection => (double)connection.Received) / (Workload.PrefixSize + workload.ResponseSize);
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }
}
