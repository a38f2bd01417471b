using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Rpc;

/// <summary>
/// One call, as its handler sees it: request messages in, response messages out, as protobuf bytes whatever the client speaks.
/// Reading and writing may go on at the same time, but at most one read and one write at once.
/// </summary>
public abstract class RpcCall
{
    private protected RpcCall()
    {
    }

    /// <summary>The service that was called.</summary>
    public abstract RpcService Service { get; }

    /// <summary>The method that was called.</summary>
    public abstract RpcMethod Method { get; }

    /// <summary>The client's address as gRPC writes it: <c>ipv4:127.0.0.1:5000</c>, <c>ipv6:[::1]:5000</c> or <c>unknown</c>.</summary>
    public abstract string Peer { get; }

    /// <summary>The HTTP request the call arrived in.</summary>
    public abstract HttpContext HttpContext { get; }

    /// <summary>What the client sent along, less the headers that belong to the protocol.</summary>
    public abstract RpcMetadata RequestHeaders { get; }

    /// <summary>Sent before the first message; changes after that have no effect.</summary>
    public abstract RpcMetadata ResponseHeaders { get; }

    /// <summary>Sent after the last message, with the status.</summary>
    public abstract RpcMetadata ResponseTrailers { get; }

    /// <summary>When the client stops waiting, or null if it did not say. The library ends the call by itself at that time.</summary>
    public abstract DateTimeOffset? Deadline { get; }

    /// <summary>
    /// Cancelled when the call is over before its handler is: at the deadline, when the client goes away, or when the server's
    /// grace period after shutdown has passed.
    /// </summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Whether the message read last was compressed on the wire.</summary>
    public abstract bool RequestCompressed { get; }

    /// <summary>
    /// Whether messages written from now on are compressed, provided that the client accepts gzip. Starts as
    /// <see cref="RpcOptions.CompressResponses"/>. A stream can only be compressed if this is true when its headers go out.
    /// </summary>
    public abstract bool CompressResponse { get; set; }

    /// <summary>The next request message, or null after the last. Its memory is valid until the next read.</summary>
    /// <exception cref="RpcException">
    /// The request is malformed, exceeds a limit, or is not exactly one message where the method takes one. Let it end the call.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call is over.</exception>
    public abstract ValueTask<ReadOnlySequence<byte>?> ReadAsync();

    /// <summary>Sends the response headers now instead of with the first message. Does nothing if they have gone out already.</summary>
    /// <exception cref="OperationCanceledException">The call is over.</exception>
    public abstract ValueTask WriteHeadersAsync();

    /// <summary>Sends a response message. The memory is free again when this completes.</summary>
    /// <exception cref="RpcException">The message exceeds <see cref="RpcOptions.MaxSendMessageSize"/>.</exception>
    /// <exception cref="InvalidOperationException">The method answers with one message and has written it already.</exception>
    /// <exception cref="OperationCanceledException">The call is over.</exception>
    public abstract ValueTask WriteAsync(ReadOnlySequence<byte> message);

    /// <inheritdoc cref="WriteAsync(ReadOnlySequence{byte})"/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> message) => WriteAsync(new ReadOnlySequence<byte>(message));
}
