using Conformance.Protos;

namespace Conformance.Suites;

/// <summary>The suite of requests at the server's limit and above it.</summary>
internal static class MessageSizeSuite
{
    private const int TooMuch = 10;

    public static TestSuite Create() => new()
    {
        Name = "Server Message Size",
        Mode = TestSuite.Types.TestMode.Server,
        ReliesOnMessageReceiveLimit = true,
        RelevantCodecs = { Codec.Proto },
        TestCases =
        {
            Case(Kind.Unary, "request-equal-to-server-limit", 0),
            Case(Kind.Unary, "request-exceeds-server-limit", TooMuch),
            Case(Kind.ClientStream, "all-requests-equal-to-server-limit", 0, 0),
            Unsent(2, 100, Case(Kind.ClientStream, "first-request-exceeds-server-limit", TooMuch, 0)),
            Unsent(1, 50, Case(Kind.ClientStream, "subsequent-request-exceeds-server-limit", 0, TooMuch)),
            Case(Kind.ServerStream, "request-equal-to-server-limit", 0),
            Unsent(1, 0, Case(Kind.ServerStream, "request-exceeds-server-limit", TooMuch)),
            Case(Kind.HalfDuplex, "all-requests-equal-to-server-limit", 0, 0),
            Unsent(2, 100, Case(Kind.HalfDuplex, "first-request-exceeds-server-limit", TooMuch, 0)),
            Unsent(1, 50, Case(Kind.HalfDuplex, "subsequent-request-exceeds-server-limit", 0, TooMuch)),
            Case(Kind.FullDuplex, "all-requests-equal-to-server-limit", 0, 0),
            Unsent(2, 100, Case(Kind.FullDuplex, "first-request-exceeds-server-limit", TooMuch, 0)),
        },
    };

    private static TestCase Case(Kind kind, string name, params int[] sizes)
    {
        var test = Cases.Call(kind, name, new Answer { Messages = kind.ServerStreams ? 2 : 1 }, further: sizes.Length - 1);
        test.ExpandRequests.Add(sizes.Select(size => new TestCase.Types.ExpandedSize { SizeRelativeToLimit = size }));
        return sizes.Contains(TooMuch) ? test.Expecting(Code.ResourceExhausted) : test;
    }

    private static TestCase Unsent(int count, uint delayMs, TestCase test)
    {
        test.Request.RequestDelayMs = delayMs;
        test.ExpectedResponse.NumUnsentRequests = count;
        return test;
    }
}
