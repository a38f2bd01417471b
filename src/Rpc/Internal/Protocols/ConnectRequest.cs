using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

/// <summary>Where the one message of a unary Connect call comes from.</summary>
internal abstract class ConnectRequest(HttpRequest request)
{
    /// <summary>The compression of the message as the client declares it.</summary>
    public abstract string? Encoding { get; }

    /// <summary>Whether there is nothing left to read.</summary>
    public bool Ended { get; protected set; }

    protected HttpRequest Request => request;

    /// <exception cref="RpcException">The request says it is of another version of the protocol.</exception>
    public abstract void CheckVersion();

    /// <summary>The message as it came over the wire.</summary>
    /// <exception cref="RpcException">It is missing, malformed or larger than the limit.</exception>
    public abstract ValueTask<ReadOnlySequence<byte>> ReadAsync(int maxSize, ServerCall call);

    /// <summary>Lets go of the message.</summary>
    public abstract void Release();
}
