namespace Restate.Sdk.Client;

/// <summary>How the ingress client retries what failed for reasons that pass: no connection, an overloaded or restarting server.</summary>
public sealed record IngressRetryPolicy
{
    /// <summary>How many attempts there are in all, the first included.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The pause before the first retry; each further one is twice as long.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(2);

    internal TimeSpan DelayAfter(int attempt) =>
        TimeSpan.FromTicks(Math.Min(MaxInterval.Ticks, InitialInterval.Ticks << Math.Min(attempt - 1, 20)));
}
