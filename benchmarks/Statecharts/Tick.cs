namespace Statecharts.Benchmarks;

internal sealed record Tick;
