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

    /// <summary>How it is retried when nobody waits for the event: for ever.</summary>
    internal RunOptions? RetryUnattended =>
        Retry is null ? null : Retry with { MaxAttempts = null, MaxDuration = null, MaxRetryInterval = LongestPause };

    private TimeSpan LongestPause => Retry?.MaxRetryInterval ?? TimeSpan.FromMinutes(1);

    internal abstract ValueTask RunAsync(object? parameters, CancellationToken cancellationToken);

    /// <summary>Performs it for an event that nobody waits for: what fails for good is tried again too, for it is nobody's to give up.</summary>
    internal async ValueTask RunUnattendedAsync(object? parameters, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(parameters, cancellationToken);
        }
        catch (TerminalException e)
        {
            throw new RetryableException(e.Message, e) { RetryAfter = LongestPause };
        }
    }
}
