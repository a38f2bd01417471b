using Conformance.Protos;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Suites;

/// <summary>Suites of calls that the handler fails.</summary>
internal static class ErrorSuites
{
    private static readonly Answer WithMetadata = new()
    {
        Headers = ["foo"],
        Trailers = ["bing"],
        Error = new Error { Code = Code.Unauthenticated, Message = "unauthenticated" },
    };

    public static TestSuite Errors => new()
    {
        Name = "Errors",
        TestCases =
        {
            OfEveryCode(Kind.Unary),
            Cases.Call(Kind.Unary, "error-with-metadata", WithMetadata),
            Cases.Call(Kind.Unary, "unicode-error-message", Failing("\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\n")),
            OfEveryCode(Kind.ServerStream),
            Cases.Call(Kind.ServerStream, "error-with-metadata", WithMetadata),
            Cases.Call(Kind.ServerStream, "error-with-responses", After(2, "server stream failed"), metadata: true),
            Cases.Call(Kind.ServerStream, "error-with-no-responses", After(0, "server stream failed"), metadata: true),
            Cases.Call(Kind.ClientStream, "error-one-request", Failing("client stream failed")),
            Cases.Call(Kind.ClientStream, "error-with-metadata", WithMetadata),
            Cases.Call(Kind.ClientStream, "error-multiple-requests", Failing("client stream failed"), further: 1),
            Named("bidi-stream/error-with-metadata", Cases.Call(Kind.HalfDuplex, "error-with-metadata", WithMetadata)),
            Cases.Call(Kind.FullDuplex, "error-with-responses", After(2, "bidi full duplex stream failed"), further: 1, metadata: true),
            Cases.Call(Kind.FullDuplex, "error-no-responses", After(0, "bidi full duplex stream failed"), metadata: true),
            Cases.Call(Kind.HalfDuplex, "error-with-responses", After(2, "bidi half duplex stream failed"), further: 1, metadata: true),
            Cases.Call(Kind.HalfDuplex, "error-with-no-responses", After(0, "bidi half duplex stream failed"), further: 1, metadata: true),
        },
    };

    public static TestSuite DuplicateMetadata
    {
        get
        {
            return new TestSuite
            {
                Name = "Duplicate Metadata",
                TestCases =
                {
                    Cases.Call(Kind.Unary, "success", Succeeding(1), metadata: true),
                    Cases.Call(Kind.Unary, "error", Several(0, "unary failed"), metadata: true),
                    Cases.Call(Kind.ClientStream, "success", Succeeding(1), further: 1, metadata: true),
                    Cases.Call(Kind.ClientStream, "error", Several(0, "client stream failed"), further: 1, metadata: true),
                    Cases.Call(Kind.ServerStream, "success", Succeeding(2), metadata: true),
                    Cases.Call(Kind.ServerStream, "no-response", Succeeding(0)),
                    Cases.Call(Kind.ServerStream, "error-with-responses", Several(2, "server stream failed"), metadata: true),
                    Cases.Call(Kind.ServerStream, "error-with-no-responses", Several(0, "server stream failed"), metadata: true),
                    Cases.Call(Kind.FullDuplex, "success", Succeeding(2), further: 1, metadata: true),
                    Cases.Call(Kind.FullDuplex, "error-with-responses", Several(2, "bidi full duplex stream failed"), further: 1, metadata: true),
                    Cases.Call(Kind.FullDuplex, "error-no-responses", Several(0, "bidi full duplex stream failed"), metadata: true),
                    Cases.Call(Kind.HalfDuplex, "success", Succeeding(2), further: 1, metadata: true),
                    Cases.Call(Kind.HalfDuplex, "error-with-responses", Several(2, "bidi half duplex stream failed"), further: 1, metadata: true),
                    Cases.Call(Kind.HalfDuplex, "error-with-no-responses", Several(0, "bidi half duplex stream failed"), further: 1, metadata: true),
                },
            };

            static Answer Succeeding(int messages) => After(messages, "") with { Error = null, Headers = ["foo", "bar", "baz"], Trailers = ["bing", "quux"] };

            static Answer Several(int messages, string error) => After(messages, error) with { Headers = ["foo", "bar", "baz"], Trailers = ["bing", "quux"] };
        }
    }

    public static TestSuite HttpStatuses => new()
    {
        Name = "Connect to HTTP Code Mapping",
        Mode = TestSuite.Types.TestMode.Server,
        RelevantProtocols = { Protocol.Connect },
        TestCases =
        {
            Cases.Codes.Select(code => WithStatus(Cases.Call(Kind.Unary, CaseName(code.Name), Failing(code.Code)), code.Code, HttpStatus(code.Code))),
            StreamWithStatus(Kind.ServerStream, "error-returns-success-http-code", Code.NotFound),
            StreamWithStatus(Kind.ClientStream, "error-returns-success-http-code", Code.AlreadyExists),
            StreamWithStatus(Kind.FullDuplex, "stream-error-returns-success-http-code", Code.FailedPrecondition),
            StreamWithStatus(Kind.HalfDuplex, "stream-error-returns-success-http-code", Code.Aborted),
        },
    };

    private static IEnumerable<TestCase> OfEveryCode(Kind kind) => Cases.Codes.Select(code => Cases.Call(kind, code.Name, new Answer
    {
        Error = new Error { Code = code.Code, Message = code.Name.Replace('-', ' ') },
    }));

    private static Answer Failing(string message) => new() { Error = new Error { Code = Code.Internal, Message = message } };

    private static Answer Failing(Code code) => new() { Error = new Error { Code = code } };

    private static Answer After(int messages, string error) => Failing(error) with { Headers = ["foo"], Trailers = ["bing"], Messages = messages };

    private static TestCase Named(string name, TestCase test)
    {
        test.Request.TestName = name;
        return test;
    }

    private static string CaseName(string code) => code == "failed-precondition" ? "failed-precondition-mapping" : code;

    private static TestCase StreamWithStatus(Kind kind, string name, Code code) => WithStatus(Cases.Call(kind, name, Failing(code)), code, 200);

    /// <summary>The error has a detail of the server's: what it saw of the request.</summary>
    private static TestCase WithStatus(TestCase test, Code code, int httpStatus)
    {
        test = test.Expecting(code, httpStatus);
        test.ExpectedResponse.Error.Details.Add(Any.Pack(new ConformancePayload.Types.RequestInfo { Requests = { test.Request.RequestMessages } }));
        return test;
    }

    /// <summary>The Connect protocol's table of error codes.</summary>
    private static int HttpStatus(Code code) => code switch
    {
        Code.Canceled => 499,
        Code.InvalidArgument or Code.FailedPrecondition or Code.OutOfRange => 400,
        Code.DeadlineExceeded => 504,
        Code.NotFound => 404,
        Code.AlreadyExists or Code.Aborted => 409,
        Code.PermissionDenied => 403,
        Code.ResourceExhausted => 429,
        Code.Unimplemented => 501,
        Code.Unavailable => 503,
        Code.Unauthenticated => 401,
        _ => 500,
    };
}
