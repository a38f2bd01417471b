using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Conformance.Protos;
using Google.Protobuf.Collections;

namespace Conformance.Client;

/// <summary>
/// Reads a response by the rules of the case's protocol into a result. What breaks a rule that no case mentions goes into the result's
/// feedback.
/// </summary>
internal sealed class ResponseReader
{
    private const byte CompressedFlag = 1;
    private const byte EndOfStreamFlag = 2;
    private const byte TrailersFlag = 0x80;
    private const string TrailerPrefix = "trailer-";

    private readonly ClientCompatRequest _request;
    private readonly HttpResponseMessage _response;
    private readonly ClientResponseResult _result;
    private readonly string _contentType;
    private Stream? _body;
    private bool _ended;

    public ResponseReader(ClientCompatRequest request, HttpResponseMessage response, ClientResponseResult result)
    {
        _request = request;
        _response = response;
        _result = result;
        _contentType = response.Content.Headers.ContentType?.ToString() ?? "";
        result.HttpStatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            var trailer = request.Protocol == Protocol.Connect && name.StartsWith(TrailerPrefix, StringComparison.OrdinalIgnoreCase);
            Add(trailer ? result.ResponseTrailers : result.ResponseHeaders, trailer ? name[TrailerPrefix.Length..] : name, values);
        }
    }

    private string StreamType => _request.Protocol switch
    {
        Protocol.Connect => "application/connect+",
        Protocol.Grpc => "application/grpc",
        _ => "application/grpc-web",
    };

    /// <summary>Reads the rest of the response.</summary>
    public async Task ReadAllAsync(CancellationToken cancellation)
    {
        while (await ReadNextAsync(cancellation))
        {
        }
    }

    /// <summary>Reads the next message; tells whether there was one.</summary>
    public async Task<bool> ReadNextAsync(CancellationToken cancellation)
    {
        if (_ended)
            return false;

        if (!_contentType.StartsWith(StreamType, StringComparison.Ordinal) || _response.StatusCode != HttpStatusCode.OK)
        {
            await ReadPlainAsync(cancellation);
            return false;
        }

        _body ??= await _response.Content.ReadAsStreamAsync(cancellation);
        if (await ReadFrameAsync(cancellation) is not { } frame)
        {
            await EndAsync(null);
            return false;
        }

        if ((frame.Flags & ~CompressedFlag) == 0)
        {
            CheckCompression(frame.Flags == CompressedFlag);
            AddPayload(frame.Flags == CompressedFlag ? GzipBytes.Decompress(frame.Payload) : frame.Payload);
            return true;
        }

        await EndAsync(frame);
        if (await ReadFrameAsync(cancellation) is not null)
            Complain("a frame follows the end of the stream");
        return false;
    }

    private static void Add(RepeatedField<Header> headers, string name, IEnumerable<string> values)
        => headers.Add(new Header { Name = name.ToLowerInvariant(), Value = { values } });

    /// <summary>The code of a response that says no more than an HTTP status, by gRPC's and Connect's common table.</summary>
    private static Code CodeOf(HttpStatusCode status) => (int)status switch
    {
        400 => Code.Internal,
        401 => Code.Unauthenticated,
        403 => Code.PermissionDenied,
        404 => Code.Unimplemented,
        429 or 502 or 503 or 504 => Code.Unavailable,
        _ => Code.Unknown,
    };

    private async Task<(byte Flags, byte[] Payload)?> ReadFrameAsync(CancellationToken cancellation)
    {
        var prefix = new byte[5];
        var read = await _body!.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellation);
        if (read == 0)
            return null;
        if (read < prefix.Length)
        {
            Complain("the body ends within a frame's prefix");
            return null;
        }

        var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1))];
        await _body!.ReadExactlyAsync(payload, cancellation);
        return (prefix[0], payload);
    }

    /// <summary>A response that is no stream: a unary one of Connect's, or a refusal.</summary>
    private async Task ReadPlainAsync(CancellationToken cancellation)
    {
        _ended = true;
        var body = await _response.Content.ReadAsByteArrayAsync(cancellation);
        var compressed = _response.Content.Headers.ContentEncoding.Contains("gzip");
        if (compressed)
            body = GzipBytes.Decompress(body);
        if (_response.TrailingHeaders.Any())
            Complain("a response that is not gRPC has HTTP trailers");
        if (!RequestMessage.IsPlain(_request))
        {
            _result.Error = new Error { Code = CodeOf(_response.StatusCode) };
        }
        else if (_response.StatusCode == HttpStatusCode.OK)
        {
            CheckCompression(compressed);
            if (_contentType != (_request.Codec == Codec.Json ? "application/json" : "application/proto"))
                Complain($"the content type is {_contentType}");
            AddPayload(body);
        }
        else
        {
            _result.Error = _contentType == "application/json"
                ? ConnectJson.ReadError(Encoding.UTF8.GetString(body), Complain)
                : new Error { Code = CodeOf(_response.StatusCode) };
        }
    }

    private async Task EndAsync((byte Flags, byte[] Payload)? end)
    {
        _ended = true;
        switch (_request.Protocol)
        {
            case Protocol.Connect when end is { Flags: EndOfStreamFlag }:
                _result.Error = ConnectJson.ReadEnd(Encoding.UTF8.GetString(end.Value.Payload), _result.ResponseTrailers, Complain);
                break;
            case Protocol.GrpcWeb when end is { Flags: TrailersFlag }:
                ReadWebTrailers(Encoding.UTF8.GetString(end.Value.Payload));
                _result.Error = GrpcStatus.Read(_result.ResponseTrailers, Complain);
                break;
            case Protocol.Grpc when end is null:
                ReadHttpTrailers();
                _result.Error = GrpcStatus.Read(_result.ResponseTrailers, Complain);
                break;
            default:
                Complain(end is null ? "the body does not say how the call ended" : $"a frame has the flags {end.Value.Flags}");
                break;
        }

        if (_request.Protocol != Protocol.Grpc && _response.TrailingHeaders.Any())
            Complain("a response that is not gRPC has HTTP trailers");

        // The end of the body has to be reached for the trailers and the connection.
        await _body!.CopyToAsync(Stream.Null);
    }

    private void ReadHttpTrailers()
    {
        if (_response.TrailingHeaders.NonValidated.Count > 0)
        {
            foreach (var (name, values) in _response.TrailingHeaders.NonValidated)
                Add(_result.ResponseTrailers, name, values);
            if (_response.Headers.Contains("grpc-status"))
                Complain("the status is in the headers as well as in the trailers");
        }
        else
        {
            // Trailers only: one block of headers is all there is.
            _result.ResponseTrailers.Add(_result.ResponseHeaders);
            _result.ResponseHeaders.Clear();
            if (_result.Payloads.Count > 0)
                Complain("there are messages and no trailers");
        }
    }

    private void ReadWebTrailers(string block)
    {
        if (!block.EndsWith("\r\n", StringComparison.Ordinal))
            Complain("the trailers do not end with CRLF");
        foreach (var line in block.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : line[..colon];
            if (name.Length == 0 || name.Any(char.IsAsciiLetterUpper) || line.Contains('\n', StringComparison.Ordinal))
                Complain(string.Create(CultureInfo.InvariantCulture, $"'{line}' is no trailer"));

            // One line a value: they stay one after the other.
            var earlier = _result.ResponseTrailers.FirstOrDefault(trailer => trailer.Name == name);
            if (earlier is null)
                Add(_result.ResponseTrailers, name, [line[(colon + 1)..].Trim()]);
            else
                earlier.Value.Add(line[(colon + 1)..].Trim());
        }
    }

    /// <summary>The four response types are the same but for their names.</summary>
    private void AddPayload(byte[] message)
    {
        var response = _request.Codec == Codec.Json
            ? Json.Read<UnaryResponse>(Encoding.UTF8.GetString(message))
            : UnaryResponse.Parser.ParseFrom(message);
        _result.Payloads.Add(response.Payload ?? new ConformancePayload());
    }

    /// <summary>The server compresses for whoever accepts it.</summary>
    private void CheckCompression(bool compressed)
    {
        if (_request.RawRequest is null && compressed != (_request.Compression == Compression.Gzip))
            Complain(compressed ? "a message is compressed, which the client does not accept" : "a message is not compressed");
    }

    private void Complain(string what) => _result.Feedback.Add(what);
}
