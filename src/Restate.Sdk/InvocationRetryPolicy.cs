namespace Restate.Sdk;

/// <summary>How the server retries an invocation's failed attempts. What is null takes the server's default.</summary>
public sealed record InvocationRetryPolicy
{
    /// <summary>The pause before the first retry.</summary>
    public TimeSpan? InitialInterval { get; init; }

    /// <summary>The longest pause between retries.</summary>
    public TimeSpan? MaxInterval { get; init; }

    /// <summary>What each pause is multiplied by to give the next.</summary>
    public double? ExponentiationFactor { get; init; }

    /// <summary>How many attempts there are in all, the first included.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>What happens when the attempts are used up.</summary>
    public OnMaxAttempts? OnMaxAttempts { get; init; }
}
