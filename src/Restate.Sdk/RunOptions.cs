namespace Restate.Sdk;

/// <summary>
/// How a <see cref="Context.Run{T}(string, Func{CancellationToken, ValueTask{T}}, RunOptions?)"/> is retried when its action throws
/// something other than a <see cref="TerminalException"/>. With neither bound set it is retried for ever; with one,
/// <see cref="OnMaxAttempts"/> says what happens when the bound is reached.
/// </summary>
public sealed record RunOptions
{
    /// <summary>The pause before the first retry; null leaves all pauses to the invocation's retry policy.</summary>
    public TimeSpan? InitialRetryInterval { get; init; }

    /// <summary>What each pause is multiplied by to give the next.</summary>
    public double RetryIntervalFactor { get; init; } = 2;

    /// <summary>The longest pause between retries; null for no limit.</summary>
    public TimeSpan? MaxRetryInterval { get; init; }

    /// <summary>How many attempts there are in all, the first included; null for no limit.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long attempts go on, from the first failure; null for no limit.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>
    /// What happens when a bound is reached: <see cref="OnMaxAttempts.Kill"/> (the default) makes the last failure a terminal one, thrown
    /// to the handler; <see cref="OnMaxAttempts.Pause"/> pauses the invocation, and the run starts over when somebody resumes it. Pausing
    /// needs protocol V7: with a server that does not speak it, the invocation's own retry policy takes over instead.
    /// </summary>
    public OnMaxAttempts OnMaxAttempts { get; init; } = OnMaxAttempts.Kill;
}
