namespace Statecharts.Benchmarks;

internal sealed class Count
{
    public int Value { get; set; }
}
