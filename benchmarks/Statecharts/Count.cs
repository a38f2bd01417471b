namespace Statecharts.Benchmarks;

sealed class Count : ICloneable
{
    public int Value { get; set; }

    public object Clone() => MemberwiseClone();
}
