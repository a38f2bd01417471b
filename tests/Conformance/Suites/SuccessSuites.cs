using Conformance.Protos;
using Conformance.Service;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Suites;

/// <summary>Suites of calls that succeed.</summary>
internal static class SuccessSuites
{
    private static readonly Answer One = new() { Headers = ["foo"], Trailers = ["bing"], Messages = 1 };
    private static readonly Answer Two = One with { Messages = 2 };
    private static readonly Answer None = One with { Messages = 0 };

    public static TestSuite Basic => new()
    {
        Name = "Basic",
        TestCases =
        {
            Cases.Call(Kind.Unary, "success", One, metadata: true),
            Cases.Call(Kind.ClientStream, "success", One, further: 1, metadata: true),
            Cases.Call(Kind.ServerStream, "success", Two, metadata: true),
            Cases.Call(Kind.ServerStream, "no-responses", None, metadata: true),
            Cases.Call(Kind.FullDuplex, "success", Two, further: 1, metadata: true),
            Cases.Call(Kind.HalfDuplex, "success", Two, further: 1, metadata: true),
            Cases.Call(Kind.HalfDuplex, "no-responses", None, metadata: true),
            Unimplemented(),
        },
    };

    public static TestSuite EmptyRequests => new()
    {
        Name = "Server Empty Requests",
        Mode = TestSuite.Types.TestMode.Server,
        RelevantCompressions = { Compression.Identity },
        RelevantCodecs = { Codec.Proto },
        TestCases = { new[] { Kind.Unary, Kind.ClientStream, Kind.ServerStream, Kind.HalfDuplex }.Select(kind => Cases.Call(kind, "empty-request", null, metadata: true)) },
    };

    public static TestSuite ConnectGet
    {
        get
        {
            var get = Cases.Call(Kind.Unary, "success", One, metadata: true);
            get.Request.TestName = "success";
            get.Request.Service = ConformanceService.FullName;
            get.Request.Method = "IdempotentUnary";
            get.Request.UseGetHttpMethod = true;
            get.Request.RequestMessages[0] = Any.Pack(new IdempotentUnaryRequest { ResponseDefinition = One.Once() });
            return new TestSuite
            {
                Name = "Connect with GET",
                RelevantProtocols = { Protocol.Connect },
                RelevantCompressions = { Compression.Identity },
                RelevantCodecs = { Codec.Json, Codec.Proto },
                ReliesOnConnectGet = true,
                TestCases = { get },
            };
        }
    }

    public static TestSuite GrpcSubformat => Subformat("gRPC", Protocol.Grpc, "application/grpc");

    public static TestSuite GrpcWebSubformat => Subformat("gRPC-Web", Protocol.GrpcWeb, "application/grpc-web");

    private static TestCase Unimplemented()
    {
        var unimplemented = Cases.Call(Kind.Unary, "", null);
        unimplemented.Request.TestName = "unimplemented";
        unimplemented.Request.Service = ConformanceService.FullName;
        unimplemented.Request.Method = "Unimplemented";
        unimplemented.Request.RequestMessages[0] = Cases.Empty<UnimplementedRequest>();
        return unimplemented.Expecting(Code.Unimplemented);
    }

    private static TestSuite Subformat(string name, Protocol protocol, string contentType)
    {
        var answer = new Answer { Messages = 1 };
        return new TestSuite
        {
            Name = $"{name} Proto Sub-Format Requests",
            Mode = TestSuite.Types.TestMode.Server,
            RelevantProtocols = { protocol },
            RelevantCompressions = { Compression.Identity },
            RelevantCodecs = { Codec.Proto },
            TestCases = { Case("with-proto-sub-format", $"{contentType}+proto"), Case("without-proto-sub-format", contentType) },
        };

        TestCase Case(string caseName, string contentType)
            => Cases.Raw(caseName, Kind.Unary, RawRequests.Stream(Kind.Unary, contentType, RawRequests.Frame(0, Kind.Unary.Request(answer))), answer);
    }
}
