using Restate.Sdk;

namespace Machines;

/// <summary>A side effect that a machine's transition performs, by its name.</summary>
public abstract class DurableAction
{
    private protected DurableAction(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name that definitions know it by, and that Restate's journal shows.</summary>
    public string Name { get; }

    /// <summary>How it is retried when it throws; null for the SDK's way, which is until it succeeds.</summary>
    public RunOptions? Retry { get; init; }

    internal abstract ValueTask RunAsync(object? parameters, CancellationToken cancellationToken);
}
