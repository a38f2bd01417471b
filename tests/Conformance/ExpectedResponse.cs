using Conformance.Protos;
using Google.Protobuf.WellKnownTypes;

namespace Conformance;

/// <summary>What a server has to answer where a case does not say: what the request asks for, and what it consisted of.</summary>
internal static class ExpectedResponse
{
    public static ClientResponseResult Compute(ClientCompatRequest request) => Client.Json.Unpack(request.RequestMessages[0]) switch
    {
        UnaryRequest first => Once(request, first.ResponseDefinition),
        IdempotentUnaryRequest first => Once(request, first.ResponseDefinition),
        ClientStreamRequest first => Once(request, first.ResponseDefinition),
        ServerStreamRequest first => Stream(request, first.ResponseDefinition),
        BidiStreamRequest first => Stream(request, first.ResponseDefinition),
        var other => throw new InvalidOperationException($"{other.Descriptor.FullName} does not say what to expect."),
    };

    private static ClientResponseResult Once(ClientCompatRequest request, UnaryResponseDefinition? definition)
    {
        var expected = new ClientResponseResult();
        if (definition is not null)
        {
            expected.ResponseHeaders.Add(definition.ResponseHeaders);
            expected.ResponseTrailers.Add(definition.ResponseTrailers);
        }

        if (definition?.Error is { } error)
            expected.Error = WithDetail(error, Seen(request));
        else
            expected.Payloads.Add(new ConformancePayload { Data = definition?.ResponseData ?? Google.Protobuf.ByteString.Empty, RequestInfo = Seen(request) });
        return expected;
    }

    private static ClientResponseResult Stream(ClientCompatRequest request, StreamResponseDefinition? definition)
    {
        if (definition is null)
            return new ClientResponseResult();

        var inTurn = request.StreamType == StreamType.FullDuplexBidiStream;
        var expected = new ClientResponseResult { ResponseHeaders = { definition.ResponseHeaders }, ResponseTrailers = { definition.ResponseTrailers } };
        foreach (var (index, data) in definition.ResponseData.Index())
        {
            var seen = index == 0 ? Seen(request) : inTurn ? new ConformancePayload.Types.RequestInfo() : null;
            if (inTurn)
            {
                seen!.Requests.Clear();
                seen.Requests.Add(request.RequestMessages[index]);
            }

            expected.Payloads.Add(new ConformancePayload { Data = data, RequestInfo = seen });
        }

        if (definition.Error is { } error)
            expected.Error = definition.ResponseData.Count == 0 ? WithDetail(error, Seen(request)) : error;
        return expected;
    }

    private static ConformancePayload.Types.RequestInfo Seen(ClientCompatRequest request)
    {
        var seen = new ConformancePayload.Types.RequestInfo { RequestHeaders = { request.RequestHeaders }, Requests = { request.RequestMessages } };
        if (request.HasTimeoutMs)
            seen.TimeoutMs = request.TimeoutMs;
        if (request.UseGetHttpMethod)
        {
            var encoding = request.Codec == Codec.Json ? "json" : "proto";
            seen.ConnectGetInfo = new ConformancePayload.Types.ConnectGetInfo
            {
                QueryParams = { Suites.Cases.Header("encoding", encoding), Suites.Cases.Header("connect", "v1") },
            };
        }

        return seen;
    }

    private static Error WithDetail(Error error, ConformancePayload.Types.RequestInfo seen)
    {
        error = error.Clone();
        error.Details.Add(Any.Pack(seen));
        return error;
    }
}
