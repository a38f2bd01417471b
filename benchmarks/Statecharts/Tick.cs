namespace Statecharts.Benchmarks;

sealed record Tick;
