namespace Statecharts.Benchmarks;

sealed class Count
{
    public int Value { get; set; }
}
