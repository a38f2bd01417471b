using System.Buffers.Text;
using System.Net;
using Conformance.Protos;

namespace Conformance.Client;

/// <summary>A case's request as HTTP: its address and headers, by protocol.</summary>
internal static class RequestMessage
{
    /// <summary>Whether the body is the message and nothing else.</summary>
    public static bool IsPlain(ClientCompatRequest request) => request is { Protocol: Protocol.Connect, StreamType: StreamType.Unary };

    public static HttpRequestMessage Create(ClientCompatRequest request, Uri server, RequestBody body)
    {
        var raw = request.RawRequest;
        var verb = raw is not null ? raw.Verb : request.UseGetHttpMethod ? "GET" : "POST";
        var path = raw is not null ? raw.Uri : $"/{request.Service}/{request.Method}{(request.UseGetHttpMethod ? Query(request) : "")}";
        var message = new HttpRequestMessage(new HttpMethod(verb), new Uri(server, path))
        {
            Version = request.HttpVersion == HTTPVersion._2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body.Content,
        };
        foreach (var header in raw is not null ? raw.Headers : [.. ProtocolHeaders(request), .. request.RequestHeaders])
        {
            if (!message.Headers.TryAddWithoutValidation(header.Name, header.Value))
                message.Content?.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        return message;
    }

    private static IEnumerable<Header> ProtocolHeaders(ClientCompatRequest request)
    {
        var codec = CodecName(request);
        var encoding = request.Compression == Compression.Gzip ? "gzip" : "identity";
        return request.Protocol switch
        {
            Protocol.Connect when request.UseGetHttpMethod => [Header("accept-encoding", encoding), .. Timeout("connect-timeout-ms", "")],
            Protocol.Connect when IsPlain(request) =>
            [
                Header("content-type", $"application/{codec}"), Header("connect-protocol-version", "1"), Header("content-encoding", encoding),
                Header("accept-encoding", encoding), .. Timeout("connect-timeout-ms", ""),
            ],
            Protocol.Connect =>
            [
                Header("content-type", $"application/connect+{codec}"), Header("connect-protocol-version", "1"), Header("connect-content-encoding", encoding),
                Header("connect-accept-encoding", encoding), .. Timeout("connect-timeout-ms", ""),
            ],
            Protocol.Grpc => [Header("content-type", $"application/grpc+{codec}"), Header("te", "trailers"), .. Grpc()],
            _ => [Header("content-type", $"application/grpc-web+{codec}"), Header("x-grpc-web", "1"), .. Grpc()],
        };

        IEnumerable<Header> Grpc() => [Header("grpc-encoding", encoding), Header("grpc-accept-encoding", encoding), .. Timeout("grpc-timeout", "m")];

        IEnumerable<Header> Timeout(string name, string unit) => request.HasTimeoutMs ? [Header(name, $"{request.TimeoutMs}{unit}")] : [];
    }

    private static string Query(ClientCompatRequest request)
    {
        var message = RequestBody.Encode(request, request.RequestMessages.Single());
        var encoded = request.Codec == Codec.Json
            ? $"message={Uri.EscapeDataString(System.Text.Encoding.UTF8.GetString(message))}"
            : $"base64=1&message={Base64Url.EncodeToString(message)}";
        return $"?connect=v1&encoding={CodecName(request)}&{encoded}";
    }

    private static string CodecName(ClientCompatRequest request) => request.Codec == Codec.Json ? "json" : "proto";

    private static Header Header(string name, string value) => new() { Name = name, Value = { value } };
}
