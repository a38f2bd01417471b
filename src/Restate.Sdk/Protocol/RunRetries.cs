namespace Restate.Sdk.Protocol;

/// <summary>The arithmetic of <see cref="RunOptions"/>.</summary>
internal static class RunRetries
{
    /// <param name="options">The run's options.</param>
    /// <param name="attempts">How many attempts there were, the failed one included.</param>
    /// <param name="elapsed">How long they took.</param>
    public static bool IsExhausted(RunOptions? options, int attempts, TimeSpan elapsed) =>
        (options?.MaxAttempts is { } maxAttempts && attempts >= maxAttempts) ||
        (options?.MaxDuration is { } maxDuration && elapsed >= maxDuration);

    /// <returns>The pause before the next attempt; null to leave it to the server.</returns>
    public static TimeSpan? NextDelay(RunOptions? options, int attempts)
    {
        if (options?.InitialRetryInterval is not { } initial)
            return null;

        // Infinity would make no number of an interval of zero.
        var factor = Math.Min(Math.Pow(options.RetryIntervalFactor, attempts - 1), double.MaxValue);
        var milliseconds = initial.TotalMilliseconds * factor;
        var limit = (options.MaxRetryInterval ?? TimeSpan.FromDays(365)).TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, limit));
    }
}
