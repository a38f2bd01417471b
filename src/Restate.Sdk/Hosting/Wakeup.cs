using System.Threading.Tasks.Sources;

namespace Restate.Sdk.Hosting;

/// <summary>An event for one waiter that resets itself, without an allocation per wait.</summary>
internal sealed class Wakeup : IValueTaskSource, IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source;
    private bool _isSet;
    private bool _isWaiting;

    /// <summary>Completes at the next <see cref="Set"/>, or at once when it was set since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            _source.Reset();
            _isWaiting = true;
            return new ValueTask(this, _source.Version);
        }
    }

    /// <summary>Wakes the waiter on this thread; for callers that have nothing else to do.</summary>
    public void SetInline()
    {
        if (Take())
            _source.SetResult(true);
    }

    /// <summary>Wakes the waiter on another thread.</summary>
    public void Set()
    {
        if (Take())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>True, once, when it was set since the last wait.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var wasSet = _isSet;
            _isSet = false;
            return wasSet;
        }
    }

    void IThreadPoolWorkItem.Execute() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool Take()
    {
        lock (_gate)
        {
            if (_isWaiting)
            {
                _isWaiting = false;
                return true;
            }

            _isSet = true;
            return false;
        }
    }
}
