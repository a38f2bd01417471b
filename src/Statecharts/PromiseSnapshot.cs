namespace Statecharts;

/// <summary>A promise: under way with its input, or ended.</summary>
public sealed class PromiseSnapshot : ActorSnapshot
{
    internal PromiseSnapshot(ActorStatus status, object? input, object? output, ActorError? error)
        : base(status, output, error) => Input = input;

    /// <summary>What it was invoked with; null once it has ended.</summary>
    public object? Input { get; }
}
