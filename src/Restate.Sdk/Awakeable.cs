using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk;

/// <summary>
/// A promise that somebody else keeps: hand its <see cref="Id"/> out, then await it. It is completed by
/// <see cref="Context.ResolveAwakeable{T}"/> or over HTTP at the ingress, <c>/restate/awakeables/{id}/resolve</c> or <c>/reject</c>.
/// </summary>
/// <typeparam name="T">The value's type.</typeparam>
public sealed class Awakeable<T> : DurableFuture<T>
{
    private readonly Serde<T> _serde;

    internal Awakeable(IFutureHost host, AwaitNode node, string id, Serde<T> serde)
        : base(host, node)
    {
        Id = id;
        _serde = serde;
    }

    /// <summary>The id that completes this awakeable, from anywhere.</summary>
    public string Id { get; }

    internal override T GetResult() => Node.ResultOrThrow(notification => _serde.Deserialize(notification.Value ?? default));
}
