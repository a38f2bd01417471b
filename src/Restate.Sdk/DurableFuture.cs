using System.Runtime.CompilerServices;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk;

/// <summary>
/// Something that Restate will complete: a timer, a call, an awakeable, a run, or a combination of such. Awaiting it survives crashes
/// and restarts. It may be awaited more than once.
/// </summary>
/// <remarks>
/// Wait for several at once with the combinators here, not with those of <see cref="Task"/>: Restate then knows what the handler waits
/// for, and every replay sees the same order.
/// </remarks>
public abstract class DurableFuture
{
    private protected DurableFuture(IFutureHost host, AwaitNode node)
    {
        Host = host;
        Node = node;
    }

    internal IFutureHost Host { get; }

    internal AwaitNode Node { get; }

    /// <summary>Waits for the end.</summary>
    /// <exception cref="TerminalException">The operation failed, or the invocation was cancelled while it waited.</exception>
    public ValueTask Wait()
    {
        return Host.TryResolve(Node) ? ValueTask.CompletedTask : WaitSlowly();

        async ValueTask WaitSlowly()
        {
            await Host.Wait(Node);
            ThrowIfFailed();
        }
    }

    /// <summary>Supports <c>await</c>.</summary>
#pragma warning disable CA2012 // the awaiter is what consumes the task, once
    public ValueTaskAwaiter GetAwaiter() => Wait().GetAwaiter();
#pragma warning restore CA2012

    /// <summary>Waits for the end, but not for longer than the time given.</summary>
    /// <param name="timeout">How long to wait, measured by a durable timer.</param>
    /// <returns>True when the operation ended in time, in success or failure.</returns>
    public async ValueTask<bool> CompletesWithin(TimeSpan timeout)
    {
        var timer = Host.Timer(timeout, null);
        return await WhenAny(this, timer) == 0;
    }

    /// <summary>The first of the futures to end, in success or failure.</summary>
    /// <param name="futures">At least one future of the same invocation.</param>
    /// <exception cref="ArgumentException">There is none, or they are of different invocations.</exception>
    /// <returns>The index of that future; await it for its result.</returns>
    public static DurableFuture<int> WhenAny(params DurableFuture[] futures) =>
        new WhenAnyFuture(Common(futures), CombinedNode(Combinator.FirstCompleted, futures));

    /// <summary>The end of all the futures; fails with the first failure, without waiting for the others.</summary>
    /// <param name="futures">At least one future of the same invocation.</param>
    /// <exception cref="ArgumentException">There is none, or they are of different invocations.</exception>
    public static DurableFuture WhenAll(params DurableFuture[] futures) =>
        new WhenAllFuture(Common(futures), CombinedNode(Combinator.AllSucceededOrFirstFailed, futures), futures);

    /// <summary>The results of all the futures, in their order; fails with the first failure, without waiting for the others.</summary>
    /// <typeparam name="T">The results' type.</typeparam>
    /// <param name="futures">At least one future of the same invocation.</param>
    /// <exception cref="ArgumentException">There is none, or they are of different invocations.</exception>
    public static DurableFuture<T[]> WhenAll<T>(params DurableFuture<T>[] futures) =>
        new WhenAllFuture<T>(Common(futures), CombinedNode(Combinator.AllSucceededOrFirstFailed, futures), futures);

    /// <summary>The end of all the futures, whether in success or failure; await each for its result.</summary>
    /// <param name="futures">At least one future of the same invocation.</param>
    /// <exception cref="ArgumentException">There is none, or they are of different invocations.</exception>
    public static DurableFuture WhenAllSettled(params DurableFuture[] futures) =>
        new WhenAllSettledFuture(Common(futures), CombinedNode(Combinator.AllCompleted, futures));

    /// <summary>The first success; fails, with the last future's failure, only when all fail.</summary>
    /// <typeparam name="T">The results' type.</typeparam>
    /// <param name="futures">At least one future of the same invocation.</param>
    /// <exception cref="ArgumentException">There is none, or they are of different invocations.</exception>
    public static DurableFuture<T> WhenAnySucceeded<T>(params DurableFuture<T>[] futures) =>
        new WhenAnySucceededFuture<T>(Common(futures), CombinedNode(Combinator.FirstSucceededOrAllFailed, futures), futures);

    internal abstract void ThrowIfFailed();

    private static IFutureHost Common(DurableFuture[] futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        if (futures.Length == 0)
            throw new ArgumentException("There has to be at least one future to wait for.", nameof(futures));

        var host = futures[0].Host;
        return Array.TrueForAll(futures, future => future.Host == host)
            ? host
            : throw new ArgumentException("The futures belong to different invocations.", nameof(futures));
    }

    private static AwaitNode CombinedNode(Combinator combinator, DurableFuture[] futures) =>
        new(combinator, Array.ConvertAll(futures, future => future.Node));
}
