using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Conformance.Protos;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Client;

/// <summary>The body of a case's request: whole where that will do, message by message where the server is to see them come.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly ClientCompatRequest _request;
    private readonly Pipe _pipe = new();

    private RequestBody(ClientCompatRequest request)
    {
        _request = request;
        Interactive = request is { RawRequest: null, StreamType: StreamType.FullDuplexBidiStream };
        if (Interactive)
            Content = new PipeContent(_pipe.Reader);
        else if (request is { RawRequest: null, RequestDelayMs: > 0 })
            Content = new PipeContent(SlowlyAsync().Reader);
        else if (!request.UseGetHttpMethod)
            Content = new ByteArrayContent(request.RawRequest is { } raw ? Raw(raw) : Whole());
    }

    /// <summary>Null for GET.</summary>
    public HttpContent? Content { get; }

    /// <summary>Whether the messages are written one by one, with <see cref="WriteAsync"/>.</summary>
    public bool Interactive { get; }

    public static RequestBody Of(ClientCompatRequest request) => new(request);

    /// <summary>A request message in the case's codec.</summary>
    public static byte[] Encode(ClientCompatRequest request, Any message)
        => request.Codec == Codec.Json ? Json.Write(Json.Unpack(message)) : message.Value.ToByteArray();

    public async Task WriteAsync(int index, CancellationToken cancellation)
        => await _pipe.Writer.WriteAsync(Enveloped(_request.RequestMessages[index]), cancellation);

    public void Complete() => _pipe.Writer.Complete();

    public void Dispose() => Content?.Dispose();

    private static byte[] Envelope(byte flags, byte[] payload, uint? length = null)
    {
        var envelope = new byte[5 + payload.Length];
        envelope[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(envelope.AsSpan(1), length ?? (uint)payload.Length);
        payload.CopyTo(envelope, 5);
        return envelope;
    }

    private static byte[] Raw(RawHTTPRequest raw) => raw.BodyCase switch
    {
        RawHTTPRequest.BodyOneofCase.Unary => Contents(raw.Unary),
        RawHTTPRequest.BodyOneofCase.Stream =>
            [.. raw.Stream.Items.SelectMany(item => Envelope((byte)item.Flags, Contents(item.Payload), item.HasLength ? item.Length : null))],
        _ => [],
    };

    /// <summary>Compression other than gzip occurs only where the server has to refuse it by its name: the bytes stay as they are.</summary>
    private static byte[] Contents(MessageContents contents)
    {
        var bytes = contents.DataCase switch
        {
            MessageContents.DataOneofCase.Binary => contents.Binary.ToByteArray(),
            MessageContents.DataOneofCase.Text => System.Text.Encoding.UTF8.GetBytes(contents.Text),
            MessageContents.DataOneofCase.BinaryMessage => contents.BinaryMessage.Value.ToByteArray(),
            _ => [],
        };
        return contents.Compression == Compression.Gzip ? GzipBytes.Compress(bytes) : bytes;
    }

    private byte[] Whole() => RequestMessage.IsPlain(_request)
        ? Compressed(Encode(_request, _request.RequestMessages.Single()))
        : [.. _request.RequestMessages.SelectMany(Enveloped)];

    private byte[] Enveloped(Any message)
        => Envelope((byte)(_request.Compression == Compression.Gzip ? 1 : 0), Compressed(Encode(_request, message)));

    private byte[] Compressed(byte[] message) => _request.Compression == Compression.Gzip ? GzipBytes.Compress(message) : message;

    private Pipe SlowlyAsync()
    {
        _ = WriteAllAsync();
        return _pipe;

        async Task WriteAllAsync()
        {
            foreach (var message in _request.RequestMessages)
            {
                await Task.Delay((int)_request.RequestDelayMs);
                if ((await _pipe.Writer.WriteAsync(Enveloped(message))).IsCompleted)
                    break;
            }

            await _pipe.Writer.CompleteAsync();
        }
    }

    private sealed class PipeContent(PipeReader body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken);
            while (true)
            {
                var read = await body.ReadAsync(cancellationToken);
                foreach (var segment in read.Buffer)
                    await stream.WriteAsync(segment, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                body.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            body.Complete();
            base.Dispose(disposing);
        }
    }
}
