using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Rpc.Internal.Protocols;

/// <summary>
/// One call on the wire. <see cref="ServerCall"/> decides what is said and when; an exchange only knows how its protocol says it.
/// </summary>
internal abstract class RpcExchange(HttpContext http) : IDisposable
{
    private const int Http2Cancel = 8;

    /// <summary>Whether the whole request has been read.</summary>
    public abstract bool RequestEnded { get; }

    /// <summary>Whether the message read last was compressed.</summary>
    public bool RequestCompressed { get; protected set; }

    protected HttpContext Http { get; } = http;

    /// <summary>Reads the protocol's own headers; returns the timeout in them, if any.</summary>
    /// <exception cref="RpcException">The headers are malformed or ask for something unsupported.</exception>
    public abstract TimeSpan? Open();

    /// <summary>The custom metadata among the request's headers.</summary>
    public virtual RpcMetadata ReadMetadata() => MetadataHeaders.Read(Http.Request.Headers);

    /// <inheritdoc cref="RpcCall.ReadAsync"/>
    public abstract ValueTask<ReadOnlySequence<byte>?> ReadAsync(ServerCall call);

    /// <inheritdoc cref="RpcCall.WriteHeadersAsync"/>
    public abstract ValueTask WriteHeadersAsync(ServerCall call);

    /// <inheritdoc cref="RpcCall.WriteAsync(ReadOnlySequence{byte})"/>
    public abstract ValueTask WriteAsync(ServerCall call, ReadOnlySequence<byte> message);

    /// <summary>Says how the call ended. Nothing is written after it.</summary>
    /// <param name="status">The final status.</param>
    /// <param name="headers">The response headers, in case they have not been sent yet.</param>
    /// <param name="trailers">The response trailers.</param>
    public abstract ValueTask CompleteAsync(RpcStatus status, RpcMetadata? headers, RpcMetadata? trailers);

    /// <summary>Reads what is left of the request, to throw it away.</summary>
    public async ValueTask SkipRequestAsync(CancellationToken cancellationToken)
    {
        ReleaseMessage();
        var body = Http.Request.BodyReader;
        bool ended;
        do
        {
            var result = await body.ReadAsync(cancellationToken);
            body.AdvanceTo(result.Buffer.End);
            ended = result.IsCompleted;
        }
        while (!ended);
    }

    /// <summary>Gives up in the middle of a message: a reset with CANCEL, or the end of the connection where there are no streams.</summary>
    public void Reset()
    {
        if (Http.Features.Get<IHttpResetFeature>() is { } reset)
            reset.Reset(Http2Cancel);
        else
            Http.Abort();
    }

    /// <summary>Gives back the buffers, and the message read last: Kestrel cannot reuse a connection whose body is still being read.</summary>
    public virtual void Dispose()
    {
        ReleaseMessage();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the message read last.</summary>
    protected abstract void ReleaseMessage();
}
