using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rpc;
using Status = Google.Rpc.Status;

namespace Gateway.Tests.Security;

/// <summary>Makes calls with any of the protocols: gRPC over HTTP/2, the others over HTTP/1.1.</summary>
internal sealed class ProtocolClient(Uri http2, Uri http1, HttpMessageHandler? handler = null) : IDisposable
{
    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler());

    /// <summary>Calls <c>package.Service/Method</c>.</summary>
    public async Task<ProtocolAnswer> CallAsync(Protocol protocol, string method, IMessage message, params (string Name, string Value)[] headers)
    {
        using var request = CreateRequest(protocol, method, message, headers);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return protocol == Protocol.Connect ? ReadConnect(response, body) : ReadGrpc(response, body);
    }

    /// <summary>Calls <c>package.Service/Method</c>, whose response is a stream, and reads that to its end.</summary>
    /// <returns>How the stream ended, with its last message.</returns>
    public async Task<ProtocolAnswer> StreamAsync(Protocol protocol, string method, IMessage message)
    {
        using var request = CreateRequest(protocol, method, message, []);
        if (protocol == Protocol.Connect)
        {
            request.Content = new ByteArrayContent(Frame(message));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/connect+proto");
        }

        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return protocol == Protocol.Connect ? ReadConnectStream(body) : ReadGrpc(response, body);
    }

    /// <summary>Starts a call whose response may go on for long.</summary>
    public Task<HttpResponseMessage> StartAsync(
        Protocol protocol, string method, IMessage message, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        _http.SendAsync(CreateRequest(protocol, method, message, headers), HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(http1, path));

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage CreateRequest(Protocol protocol, string method, IMessage message, (string Name, string Value)[] headers)
    {
        var isGrpc = protocol == Protocol.Grpc;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(isGrpc ? http2 : http1, "/" + method))
        {
            Version = isGrpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(protocol == Protocol.Connect ? message.ToByteArray() : Frame(message)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(protocol switch
        {
            Protocol.Grpc => "application/grpc",
            Protocol.GrpcWeb => "application/grpc-web+proto",
            _ => "application/proto",
        });
        foreach ((var name, var value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static byte[] Frame(IMessage message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }

    private static ProtocolAnswer ReadGrpc(HttpResponseMessage response, byte[] body)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((var name, var values) in response.Headers.Concat(response.TrailingHeaders))
            fields[name] = string.Join(",", values);

        byte[] message = [];
        for (var rest = body.AsSpan(); !rest.IsEmpty;)
        {
            var payload = rest.Slice(5, BinaryPrimitives.ReadInt32BigEndian(rest[1..]));
            if ((rest[0] & 0x80) == 0)
                message = payload.ToArray();
            else
                ReadTrailers(Encoding.ASCII.GetString(payload), fields);
            rest = rest[(5 + payload.Length)..];
        }

        var details = fields.TryGetValue("grpc-status-details-bin", out var encoded) ? Status.Parser.ParseFrom(FromBase64(encoded)).Details : [];
        return new ProtocolAnswer(
            (StatusCode)int.Parse(fields["grpc-status"], CultureInfo.InvariantCulture),
            Uri.UnescapeDataString(fields.GetValueOrDefault("grpc-message", "")),
            details,
            message);
    }

    private static void ReadTrailers(string block, Dictionary<string, string> fields)
    {
        foreach (var line in block.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    private static ProtocolAnswer ReadConnect(HttpResponseMessage response, byte[] body)
    {
        if (response.IsSuccessStatusCode)
            return new ProtocolAnswer(StatusCode.OK, "", [], body);

        return ReadConnectError(JsonElement.Parse(body));
    }

    /// <summary>The envelope whose flags have bit 1 set is the last.</summary>
    private static ProtocolAnswer ReadConnectStream(byte[] body)
    {
        byte[] message = [];
        for (var rest = body.AsSpan(); ;)
        {
            var payload = rest.Slice(5, BinaryPrimitives.ReadInt32BigEndian(rest[1..]));
            if ((rest[0] & 0x02) != 0)
            {
                Assert.Equal(5 + payload.Length, rest.Length);
                var end = JsonElement.Parse(payload);
                return end.TryGetProperty("error", out var error) ? ReadConnectError(error) : new ProtocolAnswer(StatusCode.OK, "", [], message);
            }

            message = payload.ToArray();
            rest = rest[(5 + payload.Length)..];
        }
    }

    private static ProtocolAnswer ReadConnectError(JsonElement error)
    {
        var details = error.TryGetProperty("details", out var list)
            ? list.EnumerateArray().Select(detail => new Any
            {
                TypeUrl = "type.googleapis.com/" + detail.GetProperty("type").GetString(),
                Value = ByteString.CopyFrom(FromBase64(detail.GetProperty("value").GetString()!)),
            })
            : [];
        return new ProtocolAnswer(
            System.Enum.Parse<StatusCode>(error.GetProperty("code").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            error.TryGetProperty("message", out var message) ? message.GetString()! : "",
            [.. details],
            []);
    }

    private static byte[] FromBase64(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
