using Conformance.Protos;
using Conformance.Service;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Suites;

/// <summary>Cases, made of what they differ in.</summary>
internal static class Cases
{
    /// <summary>Every code but OK, as Connect's case names have it.</summary>
    public static IEnumerable<(Code Code, string Name)> Codes { get; } =
        [.. System.Enum.GetValues<Code>().Where(code => code != Code.Unspecified).Select(code => (code, string.Concat(code.ToString().Select(Hyphenate)).TrimStart('-')))];

    /// <summary>A case of a client that does everything right.</summary>
    /// <param name="kind">The kind of call.</param>
    /// <param name="name">The name, after the kind's.</param>
    /// <param name="answer">What is asked for; null for a request that is empty.</param>
    /// <param name="further">How many requests follow the first.</param>
    /// <param name="metadata">Whether the request has a header of the suites' own.</param>
    public static TestCase Call(Kind kind, string name, Answer? answer, int further = 0, bool metadata = false) => new()
    {
        Request = new ClientCompatRequest
        {
            TestName = name.Length == 0 ? kind.Name : $"{kind.Name}/{name}",
            StreamType = kind.StreamType,
            RequestHeaders = { Enumerable.Repeat(Header("X-Conformance-Test", "Value1", "Value2"), metadata ? 1 : 0) },
            RequestMessages = { kind.Request(answer), Enumerable.Range(0, further).Select(_ => kind.FurtherRequest()) },
        },
    };

    /// <summary>A case of a client that sends what it must not, or what few do.</summary>
    public static TestCase Raw(string name, Kind kind, RawHTTPRequest request, Answer? answer = null) => new()
    {
        Request = new ClientCompatRequest { TestName = name, StreamType = kind.StreamType, RequestMessages = { kind.Request(answer) }, RawRequest = request },
    };

    public static TestCase Expecting(this TestCase test, Code code, int? httpStatus = null)
    {
        test.ExpectedResponse = new ClientResponseResult { Error = new Error { Code = code } };
        if (httpStatus is not null)
            test.ExpectedResponse.HttpStatusCode = httpStatus.Value;
        return test;
    }

    public static TestCase OrElse(this TestCase test, params Code[] codes)
    {
        test.OtherAllowedErrorCodes.Add(codes);
        return test;
    }

    public static Header Header(string name, params string[] values) => new() { Name = name, Value = { values } };

    public static string Path(Kind kind) => $"/{ConformanceService.FullName}/{kind.Method}";

    public static Any Empty<T>()
        where T : Google.Protobuf.IMessage, new() => Any.Pack(new T());

    private static string Hyphenate(char letter) => char.IsAsciiLetterUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : letter.ToString();
}
