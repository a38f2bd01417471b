namespace Rpc.Internal;

/// <summary>Calls back once a point in time has passed, however far away it is.</summary>
internal sealed class CallDeadline : IDisposable
{
    /// <summary>What a timer can wait at most: about 50 days.</summary>
    private static readonly TimeSpan MaxPeriod = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly TimeProvider _clock;
    private readonly Action _passed;
    private readonly ITimer _timer;

    public CallDeadline(TimeProvider clock, TimeSpan timeout, Action passed)
    {
        _clock = clock;
        _passed = passed;
        var now = clock.GetUtcNow();
        At = timeout < DateTimeOffset.MaxValue - now ? now + timeout : DateTimeOffset.MaxValue;
        _timer = clock.CreateTimer(static deadline => ((CallDeadline)deadline!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Period(timeout), Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset At { get; }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        // It may be the end of one long period only, or a little early.
        var remaining = At - _clock.GetUtcNow();
        if (remaining > TimeSpan.Zero)
            _timer.Change(Period(remaining), Timeout.InfiniteTimeSpan);
        else
            _passed();
    }

    private static TimeSpan Period(TimeSpan remaining)
        => remaining > MaxPeriod ? MaxPeriod : TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds));
}
