using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Rpc.Internal.Codecs;
using Rpc.Internal.Framing;

namespace Rpc.Internal.Protocols;

/// <summary>What the protocols with enveloped messages have in common: gRPC, gRPC-Web and Connect's streams.</summary>
internal abstract class EnvelopeExchange(HttpContext http, PipeReader input, int maxMessageSize, JsonMessages? json) : RpcExchange(http)
{
    private readonly EnvelopeReader _reader = new(input, maxMessageSize);
    private bool _acceptsGzip;
    private bool _requestGzip;
    private bool _responseGzip;
    private PooledBuffer? _decompressed;
    private PooledBuffer? _compressed;

    public override bool RequestEnded => _reader.Ended;

    protected PipeReader Input { get; } = input;

    /// <summary>Whether the request declares how its messages are compressed.</summary>
    protected bool DeclaresCompression { get; private set; }

    /// <summary>Whether the response's headers are settled.</summary>
    protected bool Started { get; private set; }

    public override ValueTask<ReadOnlySequence<byte>?> ReadAsync(ServerCall call)
    {
        var reading = _reader.ReadAsync(only: !call.Method.ClientStreams, call);
        return reading.IsCompletedSuccessfully ? new ValueTask<ReadOnlySequence<byte>?>(Open(reading.Result)) : OpenAsync(reading);
    }

    public override ValueTask WriteHeadersAsync(ServerCall call)
    {
        if (Started)
            return ValueTask.CompletedTask;

        Start(call.HeadersToSend, call.CompressResponse);
        return FlushAsync(call);
    }

    public override ValueTask WriteAsync(ServerCall call, ReadOnlySequence<byte> message)
    {
        if (!Started)
            Start(call.HeadersToSend, call.CompressResponse);

        if (json is not null)
            message = json.Encode(message);

        // Nothing is never compressed: GZipStream makes nothing of it, which others do not take for gzip.
        if (_responseGzip && call.CompressResponse && !message.IsEmpty)
        {
            _compressed ??= new PooledBuffer();
            _compressed.Clear();
            Gzip.Compress(message, _compressed);
            WriteEnvelope(Envelope.CompressedFlag, _compressed.Written);
        }
        else
        {
            WriteEnvelope(0, message);
        }

        // A single response leaves together with what ends it.
        return call.Method.ServerStreams ? FlushAsync(call) : ValueTask.CompletedTask;
    }

    public override void Dispose()
    {
        base.Dispose();
        _decompressed?.Dispose();
        _compressed?.Dispose();
        json?.Dispose();
    }

    protected override void ReleaseMessage() => _reader.Release();

    /// <summary>Takes note of the compression the request declares and accepts.</summary>
    /// <exception cref="RpcException">The request is compressed with something other than gzip.</exception>
    protected void OpenCompression(string? declared, ReadOnlySpan<char> accepted)
    {
        DeclaresCompression = !string.IsNullOrEmpty(declared);
        _acceptsGzip = Gzip.IsAccepted(accepted);
        _requestGzip = Gzip.IsDeclared(declared);
    }

    /// <summary>Settles the response's headers. They leave with the next flush: a frame of their own would cost Kestrel one more write.</summary>
    protected void Start(RpcMetadata? headers, bool compress)
    {
        Started = true;
        _responseGzip = compress && _acceptsGzip;
        SetHeaders(_responseGzip);
        if (headers is not null)
            MetadataHeaders.Write(headers, Http.Response.Headers);
    }

    /// <summary>Sets the protocol's response headers.</summary>
    protected abstract void SetHeaders(bool compressed);

    /// <summary>Puts an envelope into the response.</summary>
    protected virtual void WriteEnvelope(byte flags, in ReadOnlySequence<byte> payload)
        => EnvelopeWriter.Write(Http.Response.BodyWriter, flags, payload);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadOnlySequence<byte>?> OpenAsync(ValueTask<Envelope?> reading) => Open(await reading);

    /// <summary>The message in an envelope, as protobuf.</summary>
    private ReadOnlySequence<byte>? Open(Envelope? envelope)
    {
        if (envelope is not { Flags: var flags, Payload: var payload })
            return null;

        if (flags is not (0 or Envelope.CompressedFlag))
            throw new RpcException(Errors.UnexpectedFlags(flags));

        RequestCompressed = flags == Envelope.CompressedFlag;
        var message = RequestCompressed ? Decompress(payload) : payload;
        return json is null ? message : json.Decode(message);
    }

    private ReadOnlySequence<byte> Decompress(in ReadOnlySequence<byte> payload)
    {
        if (!_requestGzip)
            throw new RpcException(Errors.UndeclaredCompression);
        if (payload.IsEmpty)
            return payload;

        _decompressed ??= new PooledBuffer();
        _decompressed.Clear();
        Gzip.Decompress(payload, _decompressed, maxMessageSize);
        return _decompressed.Written;
    }

    private ValueTask FlushAsync(ServerCall call)
    {
        var output = Http.Response.BodyWriter;
        var flushing = output.FlushAsync();
        if (!flushing.IsCompletedSuccessfully)
            return WaitForFlushAsync(flushing, output, call);

        Check(flushing.Result, call);
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WaitForFlushAsync(ValueTask<FlushResult> flushing, PipeWriter output, ServerCall call)
    {
        // Given the token, Kestrel would abort the stream, and there would be no way to send the status.
        await using var registration = call.CancellationToken.UnsafeRegister(static writer => ((PipeWriter)writer!).CancelPendingFlush(), output);
        Check(await flushing, call);
    }

    private static void Check(FlushResult flushed, ServerCall call)
    {
        // The response may tell that nobody reads it before the request's own token does.
        if (flushed.IsCompleted)
            call.EndClientGone();
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw new OperationCanceledException(call.CancellationToken);
    }
}
