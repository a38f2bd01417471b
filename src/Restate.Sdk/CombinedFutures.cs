using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk;

internal sealed class WhenAnyFuture(Invocation invocation, AwaitNode node) : DurableFuture<int>(invocation, node)
{
    internal override int GetResult() => Node.Decider;
}

internal sealed class WhenAllFuture(Invocation invocation, AwaitNode node, DurableFuture[] futures) : DurableFuture(invocation, node)
{
    internal override void ThrowIfFailed()
    {
        if (Node.Outcome == AwaitOutcome.Failed)
            futures[Node.Decider].ThrowIfFailed();
    }
}

internal sealed class WhenAllFuture<T>(Invocation invocation, AwaitNode node, DurableFuture<T>[] futures)
    : DurableFuture<T[]>(invocation, node)
{
    internal override T[] GetResult()
    {
        if (Node.Outcome == AwaitOutcome.Failed)
            futures[Node.Decider].ThrowIfFailed();
        return Array.ConvertAll(futures, future => future.GetResult());
    }
}

internal sealed class WhenAllSettledFuture(Invocation invocation, AwaitNode node) : DurableFuture(invocation, node)
{
    internal override void ThrowIfFailed()
    {
    }
}

internal sealed class WhenAnySucceededFuture<T>(Invocation invocation, AwaitNode node, DurableFuture<T>[] futures)
    : DurableFuture<T>(invocation, node)
{
    internal override T GetResult() =>
        Node.Outcome == AwaitOutcome.Succeeded ? futures[Node.Decider].GetResult() : futures[^1].GetResult();
}
