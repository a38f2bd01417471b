namespace Rpc.Benchmarks;

/// <summary>What every server does.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Method">The rpc.</param>
/// <param name="RequestSize">Bytes of the request's message.</param>
/// <param name="ResponseSize">Bytes of each message of the response.</param>
/// <param name="Messages">Messages of a response.</param>
internal sealed record Workload(string Name, string Method, int RequestSize, int ResponseSize, int Messages)
{
    public const string Service = "benchmark.v1.Benchmark";
    public const int StreamMessages = 1000;
    public const int StreamMessageSize = 100;

    /// <summary>A message's flag and length.</summary>
    public const int PrefixSize = 5;

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("unary 100 B", "Echo", 100, 100, 1),
        new("unary 10 kB", "Echo", 10_000, 10_000, 1),
        new($"stream of {StreamMessages} x {StreamMessageSize} B", "Stream", 1, StreamMessageSize, StreamMessages),
    ];

    /// <summary>Bytes of a response's body.</summary>
    public int ResponseLength => Messages * (PrefixSize + ResponseSize);
}
