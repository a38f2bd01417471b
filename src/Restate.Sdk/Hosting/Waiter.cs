using System.Threading.Tasks.Sources;

namespace Restate.Sdk.Hosting;

/// <summary>
/// A place in user code that awaits a node. The invocation's loop completes it, and user code runs on inside that call: one step at a
/// time, in the order of the journal.
/// </summary>
internal sealed class Waiter : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _source;

    public ValueTask Task => new(this, _source.Version);

    public void Complete() => _source.SetResult(true);

    public void Fail(Exception exception) => _source.SetException(exception);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
