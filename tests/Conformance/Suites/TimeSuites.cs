using Conformance.Protos;

namespace Conformance.Suites;

/// <summary>Suites of calls with a deadline.</summary>
internal static class TimeSuites
{
    public static TestSuite Deadlines => new()
    {
        Name = "Deadline Propagation",
        TestCases =
        {
            new[] { Kind.Unary, Kind.ClientStream, Kind.ServerStream, Kind.FullDuplex }.Select(kind => Case(kind, "success", 2000, 0)),
        },
    };

    public static TestSuite Timeouts => new()
    {
        Name = "Timeouts",
        TestCases =
        {
            new[] { Kind.Unary, Kind.ClientStream, Kind.ServerStream, Kind.FullDuplex, Kind.HalfDuplex }
                .Select(kind => Case(kind, "", 200, 1500).Expecting(Code.DeadlineExceeded)),
        },
    };

    private static TestCase Case(Kind kind, string name, uint timeoutMs, uint delayMs)
    {
        var test = Cases.Call(kind, name, new Answer { Messages = kind.ServerStreams ? 2 : 1, DelayMs = delayMs }, further: kind.ClientStreams ? 1 : 0);
        test.Request.TimeoutMs = timeoutMs;
        return test;
    }
}
