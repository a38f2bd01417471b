namespace Gateway.Upstream;

/// <summary>Opens after so many failures in a row; the next success closes it.</summary>
/// <param name="threshold">How many failures open it.</param>
internal sealed class CircuitBreaker(int threshold)
{
    private int _failures;

    /// <summary>Whether calls are kept from what is behind it.</summary>
    public bool IsOpen => Volatile.Read(ref _failures) >= threshold;

    /// <summary>Whether the last that was heard was a failure.</summary>
    public bool IsSuspect => Volatile.Read(ref _failures) > 0;

    /// <returns>True when this closed it.</returns>
    public bool Succeeded() => Volatile.Read(ref _failures) != 0 && Interlocked.Exchange(ref _failures, 0) >= threshold;

    /// <returns>True when this opened it.</returns>
    public bool Failed() => Interlocked.Increment(ref _failures) == threshold;
}
