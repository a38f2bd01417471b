using Conformance.Protos;
using RequestInfo = Conformance.Protos.ConformancePayload.Types.RequestInfo;

namespace Conformance;

/// <summary>Compares what came back with what a case expects. Headers and trailers may hold more than is expected, nothing else may.</summary>
internal sealed class Verdict
{
    /// <summary>Most of a timeout may have gone by when the handler looks at it on a busy machine. A wrong unit would leave a thousandth.</summary>
    private const long LeastOfTimeout = 10;

    private readonly List<string> _problems = [];

    private Verdict()
    {
    }

    /// <summary>What is wrong; empty if the case has passed.</summary>
    public static IReadOnlyList<string> Of(TestCase test, ClientResponseResult actual)
    {
        var verdict = new Verdict();
        verdict.Compare(test, actual);
        return verdict._problems;
    }

    private void Compare(TestCase test, ClientResponseResult actual)
    {
        var expected = test.ExpectedResponse;
        _problems.AddRange(actual.Feedback);
        CompareErrors(expected.Error, actual.Error, AllowedCodes(test));
        Check(expected.Payloads.Count == actual.Payloads.Count, $"{actual.Payloads.Count} messages instead of {expected.Payloads.Count}");
        foreach (var (index, (wanted, got)) in expected.Payloads.Zip(actual.Payloads).Index())
        {
            Check(wanted.Data.Equals(got.Data), $"message {index} has the data {got.Data}");
            CompareInfo(wanted.RequestInfo ?? new RequestInfo(), got.RequestInfo ?? new RequestInfo(), first: index == 0);
        }

        CompareHeaders("response header", expected.ResponseHeaders, actual.ResponseHeaders);
        CompareHeaders("trailer", expected.ResponseTrailers, actual.ResponseTrailers);
        Check(!expected.HasHttpStatusCode || expected.HttpStatusCode == actual.HttpStatusCode, $"the HTTP status is {actual.HttpStatusCode}");
    }

    /// <summary>At its deadline a server may also reset the stream: who set it no longer listens.</summary>
    private static Code[] AllowedCodes(TestCase test)
    {
        var resets = test.Request is { HasTimeoutMs: true, HttpVersion: HTTPVersion._2 } && test.ExpectedResponse.Error?.Code == Code.DeadlineExceeded;
        return resets ? [.. test.OtherAllowedErrorCodes, Code.Canceled] : [.. test.OtherAllowedErrorCodes];
    }

    private void CompareErrors(Error? expected, Error? actual, Code[] alsoAllowed)
    {
        Check(expected is null == actual is null, actual is null ? "no error" : $"the error {actual}");
        if (expected is null || actual is null)
            return;

        Check(expected.Code == actual.Code || alsoAllowed.Contains(actual.Code), $"the code {actual.Code} ({actual.Message})");
        Check(!expected.HasMessage || expected.Message == actual.Message, $"the message '{actual.Message}'");
        Check(expected.Details.Count == actual.Details.Count, $"{actual.Details.Count} error details");
        foreach (var (wanted, got) in expected.Details.Zip(actual.Details))
        {
            if (wanted.Is(RequestInfo.Descriptor) && got.Is(RequestInfo.Descriptor))
                CompareInfo(wanted.Unpack<RequestInfo>(), got.Unpack<RequestInfo>(), first: true);
            else
                Check(wanted.Equals(got), $"the error detail {got.TypeUrl}");
        }
    }

    private void CompareInfo(RequestInfo expected, RequestInfo actual, bool first)
    {
        Check(expected.Requests.Select(Client.Json.Unpack).SequenceEqual(actual.Requests.Select(Client.Json.Unpack)), "other requests than were sent");
        if (!first)
            return;

        CompareHeaders("request header", expected.RequestHeaders, actual.RequestHeaders);
        CompareHeaders("query parameter", expected.ConnectGetInfo?.QueryParams ?? [], actual.ConnectGetInfo?.QueryParams ?? []);
        Check(
            expected.HasTimeoutMs
                ? actual.HasTimeoutMs && actual.TimeoutMs <= expected.TimeoutMs && actual.TimeoutMs >= expected.TimeoutMs / LeastOfTimeout
                : !actual.HasTimeoutMs,
            $"the timeout {(actual.HasTimeoutMs ? actual.TimeoutMs : null)}");
    }

    /// <summary>On the way several values may have become one with commas, or the other way round.</summary>
    private void CompareHeaders(string what, IEnumerable<Header> expected, IEnumerable<Header> actual)
    {
        var got = actual.ToLookup(header => header.Name.ToLowerInvariant(), header => Values(header));
        foreach (var header in expected)
        {
            var values = got[header.Name.ToLowerInvariant()].SelectMany(value => value).ToArray();
            Check(Values(header).SequenceEqual(values), $"the {what} {header.Name} is '{string.Join(", ", values)}'");
        }
    }

    private static IEnumerable<string> Values(Header header) => header.Value.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries));

    private void Check(bool holds, string problem)
    {
        if (!holds)
            _problems.Add(problem);
    }
}
