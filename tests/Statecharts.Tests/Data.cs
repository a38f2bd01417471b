namespace Statecharts.Tests;

/// <summary>A context that tests write to.</summary>
internal sealed class Data
{
    public int Count { get; set; }

    public string? Text { get; set; }
}
