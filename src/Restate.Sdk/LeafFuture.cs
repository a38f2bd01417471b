using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk;

/// <summary>A future that one notification completes.</summary>
internal sealed class LeafFuture<T>(IFutureHost host, AwaitNode node, Func<Notification, T> decode) : DurableFuture<T>(host, node)
{
    internal override T GetResult() => Node.ResultOrThrow(decode);
}
