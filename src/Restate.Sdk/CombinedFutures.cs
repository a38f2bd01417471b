using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk;

internal sealed class WhenAnyFuture(IFutureHost host, AwaitNode node) : DurableFuture<int>(host, node)
{
    internal override int GetResult() => Node.Decider;
}

internal sealed class WhenAllFuture(IFutureHost host, AwaitNode node, DurableFuture[] futures) : DurableFuture(host, node)
{
    internal override void ThrowIfFailed()
    {
        if (Node.Outcome == AwaitOutcome.Failed)
            futures[Node.Decider].ThrowIfFailed();
    }
}

internal sealed class WhenAllFuture<T>(IFutureHost host, AwaitNode node, DurableFuture<T>[] futures)
    : DurableFuture<T[]>(host, node)
{
    internal override T[] GetResult()
    {
        if (Node.Outcome == AwaitOutcome.Failed)
            futures[Node.Decider].ThrowIfFailed();
        return Array.ConvertAll(futures, future => future.GetResult());
    }
}

internal sealed class WhenAllSettledFuture(IFutureHost host, AwaitNode node) : DurableFuture(host, node)
{
    internal override void ThrowIfFailed()
    {
    }
}

internal sealed class WhenAnySucceededFuture<T>(IFutureHost host, AwaitNode node, DurableFuture<T>[] futures)
    : DurableFuture<T>(host, node)
{
    internal override T GetResult() =>
        Node.Outcome == AwaitOutcome.Succeeded ? futures[Node.Decider].GetResult() : futures[^1].GetResult();
}
