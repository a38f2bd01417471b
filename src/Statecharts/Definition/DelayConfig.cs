namespace Statecharts;

/// <summary>What happens after a time in a state.</summary>
/// <param name="name">The milliseconds or the delay's name, as they appear in the event's type.</param>
/// <param name="delay">How long to wait.</param>
internal sealed class DelayConfig(string name, Func<object?, Event, TimeSpan> delay)
{
    internal string Name { get; } = name;

    internal Func<object?, Event, TimeSpan> Delay { get; } = delay;

    internal List<TransitionConfig> Transitions { get; } = [];
}
