using Restate.Sdk;
using Statecharts;

namespace Machines;

/// <summary>
/// A promise actor with its code. The code runs in a shared handler of the instance's virtual object, so it never keeps events
/// waiting, and it is durable: what it did through its context (<c>Run</c>, <c>Sleep</c>, calls) is not done again after a crash.
/// </summary>
/// <typeparam name="TInput">What it is invoked with.</typeparam>
/// <typeparam name="TOutput">What it resolves to.</typeparam>
/// <remarks>
/// It fails fast: any exception that the code lets out rejects the promise (<c>OnError</c>). To have a part retried, do it
/// in <see cref="Context.Run{T}(string, Func{CancellationToken, ValueTask{T}}, RunOptions?)"/>; to have all of it retried, set
/// <see cref="Retry"/>. When the state that invoked it is left, its invocation is cancelled: what it awaits on its context throws
/// a <see cref="TerminalException"/> whose <see cref="TerminalException.IsCancelled"/> is true. What it awaits otherwise is not interrupted.
/// </remarks>
public sealed class DurablePromise<TInput, TOutput> : PromiseActor<TInput, TOutput>, IDurablePromise
{
    private readonly Func<SharedObjectContext, TInput, ValueTask<TOutput>> _code;

    /// <param name="name">The name that snapshots refer to it by; distinct among the promises of a machine.</param>
    /// <param name="code">The code. It sees the instance's context as Restate gives it to shared handlers.</param>
    public DurablePromise(string name, Func<SharedObjectContext, TInput, ValueTask<TOutput>> code)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(code);
        _code = code;
    }

    /// <summary>
    /// Has Restate retry the code when it throws, but never on a <see cref="TerminalException"/>, which rejects the promise at once.
    /// When the attempts are used up, <see cref="OnMaxAttempts.Kill"/> rejects the promise, and <see cref="OnMaxAttempts.Pause"/>
    /// leaves it until somebody resumes or kills the invocation. Null, the default: it fails fast.
    /// </summary>
    public InvocationRetryPolicy? Retry { get; init; }

    async ValueTask<object?> IDurablePromise.RunAsync(SharedObjectContext context, string token, DataModel model, object? input) =>
        await _code(context, (TInput)input!);
}
