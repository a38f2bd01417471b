using Conformance.Protos;

namespace Conformance.Suites;

/// <summary>How a request asks to be answered.</summary>
internal sealed record Answer
{
    /// <summary>The values of the one response header there is; none for no header.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>The values of the one trailer.</summary>
    public string[] Trailers { get; init; } = [];

    /// <summary>How many messages with data.</summary>
    public int Messages { get; init; }

    public Error? Error { get; init; }

    /// <summary>The time before each message, in milliseconds.</summary>
    public uint DelayMs { get; init; }

    private IEnumerable<Header> ResponseHeaders => Metadata("x-custom-header", Headers);

    private IEnumerable<Header> ResponseTrailers => Metadata("x-custom-trailer", Trailers);

    public UnaryResponseDefinition Once()
    {
        var definition = new UnaryResponseDefinition { ResponseHeaders = { ResponseHeaders }, ResponseTrailers = { ResponseTrailers }, ResponseDelayMs = DelayMs };
        if (Error is not null)
            definition.Error = Error;
        else if (Messages > 0)
            definition.ResponseData = Kind.Data;
        return definition;
    }

    public StreamResponseDefinition Stream() => new()
    {
        ResponseHeaders = { ResponseHeaders },
        ResponseTrailers = { ResponseTrailers },
        ResponseDelayMs = DelayMs,
        ResponseData = { Enumerable.Repeat(Kind.Data, Messages) },
        Error = Error,
    };

    private static Header[] Metadata(string name, string[] values) => values.Length == 0 ? [] : [new Header { Name = name, Value = { values } }];
}
