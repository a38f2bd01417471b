namespace Statecharts;

/// <summary>What a child actor runs: a <see cref="StateMachine"/> or a <see cref="PromiseActor"/>.</summary>
public abstract class ActorLogic
{
    private protected ActorLogic(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name that snapshots refer to it by (<c>src</c>).</summary>
    public string Name { get; }

    /// <summary>The type of its input; null where there is none or any.</summary>
    public Type? InputType { get; private protected init; }

    /// <summary>The type of its output; null where there is none or any.</summary>
    public Type? OutputType { get; private protected init; }
}
