using Conformance.Protos;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Suites;

/// <summary>Requests that are put together by hand.</summary>
internal static class RawRequests
{
    public static StreamContents.Types.StreamItem Frame(uint flags, Any message, Compression compression = Compression.Unspecified)
        => new() { Flags = flags, Payload = new MessageContents { BinaryMessage = message, Compression = compression } };

    /// <summary>A POST of frames, or of nothing at all.</summary>
    public static RawHTTPRequest Stream(Kind kind, string contentType, params StreamContents.Types.StreamItem[] frames)
    {
        var request = new RawHTTPRequest { Verb = "POST", Uri = Cases.Path(kind), Headers = { Cases.Header("content-type", contentType), ProtocolHeader(contentType) } };
        if (frames.Length > 0)
            request.Stream = new StreamContents { Items = { frames } };
        return request;
    }

    /// <summary>A POST of one message, as Connect has it.</summary>
    public static RawHTTPRequest Plain(string contentType, Any message, Compression compression = Compression.Unspecified) => new()
    {
        Verb = "POST",
        Uri = Cases.Path(Kind.Unary),
        Headers = { Cases.Header("content-type", contentType), Cases.Header("connect-protocol-version", "1") },
        Unary = new MessageContents { BinaryMessage = message, Compression = compression },
    };

    public static RawHTTPRequest With(this RawHTTPRequest request, Action<RawHTTPRequest> change)
    {
        change(request);
        return request;
    }

    private static IEnumerable<Header> ProtocolHeader(string contentType) => contentType switch
    {
        _ when contentType.StartsWith("application/connect", StringComparison.Ordinal) => [Cases.Header("connect-protocol-version", "1")],
        _ when contentType.StartsWith("application/grpc-web", StringComparison.Ordinal) => [],
        _ => [Cases.Header("te", "trailers")],
    };
}
