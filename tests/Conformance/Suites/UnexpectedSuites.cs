using Conformance.Protos;
using Google.Protobuf;

namespace Conformance.Suites;

/// <summary>Suites of requests that are wrong.</summary>
internal static class UnexpectedSuites
{
    private const string Elsewhere = "/connectrpc.conformance.v1.UnknownService/UnknownMethod";

    public static TestSuite Any => Suite("Unexpected Requests", [],
    [
        Cases.Raw("unexpected-content-type", Kind.Unary, new RawHTTPRequest
        {
            Verb = "POST",
            Uri = Cases.Path(Kind.Unary),
            Headers = { Cases.Header("content-type", "image/jpeg") },
            Unary = new MessageContents { Binary = ByteString.FromBase64("12345678") },
        }).Expecting(Code.Unknown, 415),
    ]);

    public static TestSuite Connect
    {
        get
        {
            const string StreamType = "application/connect+proto";
            var message = Cases.Empty<UnaryResponse>();
            return Suite("Connect Unexpected Requests", [Protocol.Connect],
            [
                .. Cardinality(Kind.ServerStream, StreamType),
                Cases.Raw("unexpected-verb", Kind.Unary, RawRequests.Plain("application/proto", message).With(raw => raw.Verb = "DELETE"))
                    .Expecting(Code.Unknown, 405),
                Cases.Raw("unexpected-uri", Kind.Unary, RawRequests.Plain("application/proto", message).With(raw => raw.Uri = Elsewhere))
                    .Expecting(Code.Unimplemented, 404),
                Cases.Raw("unexpected-codec", Kind.Unary, RawRequests.Plain("application/foo", message)).Expecting(Code.Unknown, 415),
                Cases.Raw("unexpected-compression", Kind.Unary, RawRequests.Plain("application/proto", message, Compression.Zstd)
                    .With(raw => raw.Headers.Add(Cases.Header("content-encoding", "foo")))).Expecting(Code.Unimplemented),
                Cases.Raw("unexpected-compressed-message", Kind.ServerStream, RawRequests.Stream(Kind.ServerStream, StreamType, RawRequests.Frame(1, message))
                    .With(raw => raw.Headers.Add(Cases.Header("connect-content-encoding", "identity")))).Expecting(Code.Internal),
            ]);
        }
    }

    public static TestSuite Grpc => OfGrpc("gRPC", Protocol.Grpc, "application/grpc");

    public static TestSuite GrpcWeb => OfGrpc("gRPC-Web", Protocol.GrpcWeb, "application/grpc-web");

    private static TestSuite OfGrpc(string name, Protocol protocol, string contentType)
    {
        var message = Kind.Unary.Request(null);
        return Suite($"{name} Unexpected Requests", [protocol],
        [
            .. Cardinality(Kind.Unary, $"{contentType}+proto"),
            .. Cardinality(Kind.ServerStream, $"{contentType}+proto"),
            Cases.Raw("unexpected-verb", Kind.Unary, OneMessage(contentType).With(raw => raw.Verb = "DELETE"))
                .Expecting(Code.Unknown).OrElse(Code.Internal, Code.Unimplemented),
            Cases.Raw("unexpected-uri", Kind.Unary, OneMessage(contentType).With(raw => raw.Uri = Elsewhere)).Expecting(Code.Unimplemented),
            Cases.Raw("unexpected-codec", Kind.Unary, OneMessage($"{contentType}+foo")).Expecting(Code.Unknown).OrElse(Code.Internal, Code.Unimplemented),
            Cases.Raw("unexpected-compression", Kind.Unary, RawRequests.Stream(Kind.Unary, contentType, RawRequests.Frame(0, message, Compression.Zstd))
                .With(raw => raw.Headers.Insert(1, Cases.Header("grpc-encoding", "foo")))).Expecting(Code.Unimplemented),
            Cases.Raw("unexpected-compressed-message", Kind.Unary, RawRequests.Stream(Kind.Unary, $"{contentType}+proto", RawRequests.Frame(1, message))
                .With(raw => raw.Headers.Insert(1, Cases.Header("grpc-encoding", "identity")))).Expecting(Code.Internal),
        ]);

        RawHTTPRequest OneMessage(string type) => RawRequests.Stream(Kind.Unary, type, RawRequests.Frame(0, message));
    }

    /// <summary>No request and two, where there has to be one.</summary>
    private static IEnumerable<TestCase> Cardinality(Kind kind, string contentType)
    {
        var frame = RawRequests.Frame(0, kind.Request(null));
        yield return Cases.Raw($"{kind.Name}/no-request", kind, RawRequests.Stream(kind, contentType)).Expecting(Code.Unimplemented);
        yield return Cases.Raw($"{kind.Name}/multiple-requests", kind, RawRequests.Stream(kind, contentType, frame, frame)).Expecting(Code.Unimplemented);
    }

    private static TestSuite Suite(string name, Protocol[] protocols, IEnumerable<TestCase> cases) => new()
    {
        Name = name,
        Mode = TestSuite.Types.TestMode.Server,
        RelevantProtocols = { protocols },
        RelevantCompressions = { Compression.Identity },
        RelevantCodecs = { Codec.Proto },
        TestCases = { cases },
    };
}
