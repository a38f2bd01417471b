using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk;

/// <summary>A call to another handler, under way: await it for the answer.</summary>
/// <typeparam name="T">The answer's type.</typeparam>
public sealed class DurableCall<T> : DurableFuture<T>
{
    private readonly Serde<T> _serde;

    internal DurableCall(IFutureHost host, AwaitNode node, DurableFuture<string> invocationId, Serde<T> serde)
        : base(host, node)
    {
        InvocationId = invocationId;
        _serde = serde;
    }

    /// <summary>The callee's invocation id, known as soon as the call is stored.</summary>
    public DurableFuture<string> InvocationId { get; }

    internal override T GetResult() => Node.ResultOrThrow(notification => _serde.Deserialize(notification.Value ?? default));
}
