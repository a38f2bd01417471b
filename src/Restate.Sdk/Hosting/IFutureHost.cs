using Restate.Sdk.Protocol;

namespace Restate.Sdk.Hosting;

/// <summary>What a future needs of the invocation that it belongs to: a real one, or one in a test's memory.</summary>
internal interface IFutureHost
{
    /// <summary>True when the node has succeeded, so that user code need not wait.</summary>
    bool TryResolve(AwaitNode node);

    /// <summary>Waits for a node.</summary>
    ValueTask Wait(AwaitNode node);

    /// <summary>Starts a durable timer.</summary>
    DurableFuture Timer(TimeSpan duration, string? name);
}
