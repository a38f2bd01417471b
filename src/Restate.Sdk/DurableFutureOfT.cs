using System.Runtime.CompilerServices;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk;

/// <summary>A <see cref="DurableFuture"/> with a result.</summary>
/// <typeparam name="T">The result's type.</typeparam>
public abstract class DurableFuture<T> : DurableFuture
{
    private protected DurableFuture(IFutureHost host, AwaitNode node)
        : base(host, node)
    {
    }

    /// <summary>Waits for the result.</summary>
    /// <exception cref="TerminalException">The operation failed, or the invocation was cancelled while it waited.</exception>
    public new ValueTask<T> Wait()
    {
        return Host.TryResolve(Node) ? new ValueTask<T>(GetResult()) : WaitSlowly();

        async ValueTask<T> WaitSlowly()
        {
            await Host.Wait(Node);
            return GetResult();
        }
    }

    /// <summary>Supports <c>await</c>.</summary>
#pragma warning disable CA2012 // the awaiter is what consumes the task, once
    public new ValueTaskAwaiter<T> GetAwaiter() => Wait().GetAwaiter();
#pragma warning restore CA2012

    /// <summary>Waits for the result, but not for longer than the time given.</summary>
    /// <param name="timeout">How long to wait, measured by a durable timer.</param>
    /// <exception cref="TerminalException">As for <see cref="Wait"/>, or code 408: the time was up first.</exception>
    public async ValueTask<T> OrTimeout(TimeSpan timeout) =>
        await CompletesWithin(timeout) ? GetResult() : throw new TerminalException(408, $"timed out after {timeout}");

    internal abstract T GetResult();

    internal sealed override void ThrowIfFailed() => GetResult();
}
