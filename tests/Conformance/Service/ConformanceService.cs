using Conformance.Protos;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rpc;

namespace Conformance.Service;

/// <summary>The service of the suites: each request says how it is to be answered, and the answer says what came of the request.</summary>
internal static class ConformanceService
{
    public const string FullName = "connectrpc.conformance.v1.ConformanceService";

    /// <summary>Unimplemented is left out, as its name has it.</summary>
    public static RpcService Create() => new(
        FullName,
        [
            new RpcMethod("Unary", RpcMethodType.Unary, call => UnaryAsync(call, UnaryRequest.Parser, request => request.ResponseDefinition)),
            new RpcMethod("IdempotentUnary", RpcMethodType.Unary, call => UnaryAsync(call, IdempotentUnaryRequest.Parser, request => request.ResponseDefinition))
            {
                IdempotencyNoSideEffects = true,
            },
            new RpcMethod("ClientStream", RpcMethodType.ClientStreaming, ClientStreamAsync),
            new RpcMethod("ServerStream", RpcMethodType.ServerStreaming, ServerStreamAsync),
            new RpcMethod("BidiStream", RpcMethodType.DuplexStreaming, BidiStreamAsync),
        ],
        ConformanceReflection.Descriptor);

    private static async ValueTask UnaryAsync<T>(RpcCall call, MessageParser<T> parser, Func<T, UnaryResponseDefinition?> definition)
        where T : class, IMessage<T>
    {
        var request = (await call.ReadAsync(parser))!;
        await AnswerAsync(call, definition(request), [Any.Pack(request)]);
    }

    private static async ValueTask ClientStreamAsync(RpcCall call)
    {
        UnaryResponseDefinition? definition = null;
        var requests = new List<Any>();
        while (await call.ReadAsync(ClientStreamRequest.Parser) is { } request)
        {
            if (requests.Count == 0)
                definition = request.ResponseDefinition;
            requests.Add(Any.Pack(request));
        }

        await AnswerAsync(call, definition, requests);
    }

    private static async ValueTask AnswerAsync(RpcCall call, UnaryResponseDefinition? definition, List<Any> requests)
    {
        var seen = Describe(call, requests);
        if (definition is not null)
        {
            SendMetadata(call, definition.ResponseHeaders, definition.ResponseTrailers);
            await Task.Delay((int)definition.ResponseDelayMs, call.CancellationToken);
            if (definition.Error is { } error)
                throw Failure(error, seen);
        }

        var payload = new ConformancePayload { Data = definition?.ResponseData ?? ByteString.Empty, RequestInfo = seen };
        await call.WriteAsync(new UnaryResponse { Payload = payload });
    }

    private static async ValueTask ServerStreamAsync(RpcCall call)
    {
        var request = (await call.ReadAsync(ServerStreamRequest.Parser))!;
        if (request.ResponseDefinition is not { } definition)
            return;

        SendMetadata(call, definition.ResponseHeaders, definition.ResponseTrailers);
        await StreamRestAsync(call, definition, 0, Describe(call, [Any.Pack(request)]));
    }

    private static async ValueTask BidiStreamAsync(RpcCall call)
    {
        StreamResponseDefinition? definition = null;
        var answers = 0;
        var requests = new List<Any>();
        while (await call.ReadAsync(BidiStreamRequest.Parser) is { } request)
        {
            if (definition is null && request.ResponseDefinition is not null)
            {
                definition = request.ResponseDefinition;
                SendMetadata(call, definition.ResponseHeaders, definition.ResponseTrailers);
            }

            requests.Add(Any.Pack(request));
            if (!request.FullDuplex && answers == 0)
                continue;
            if (definition is null || answers == definition.ResponseData.Count)
                break;

            var seen = answers == 0 ? Describe(call, requests) : new ConformancePayload.Types.RequestInfo { Requests = { requests } };
            await StreamAsync(call, definition, answers++, seen);
            requests.Clear();
        }

        if (definition is not null)
            await StreamRestAsync(call, definition, answers, Describe(call, requests));
    }

    /// <summary>Sends what is left to send. What was seen of the request goes with the first answer, or with an error in its place.</summary>
    private static async Task StreamRestAsync(RpcCall call, StreamResponseDefinition definition, int sent, ConformancePayload.Types.RequestInfo seen)
    {
        for (var index = sent; index < definition.ResponseData.Count; index++)
            await StreamAsync(call, definition, index, index == 0 ? seen : null);
        if (definition.Error is { } error)
            throw Failure(error, definition.ResponseData.Count == 0 ? seen : null);
    }

    private static async Task StreamAsync(RpcCall call, StreamResponseDefinition definition, int index, ConformancePayload.Types.RequestInfo? seen)
    {
        await call.WriteHeadersAsync();
        await Task.Delay((int)definition.ResponseDelayMs, call.CancellationToken);
        var payload = new ConformancePayload { Data = definition.ResponseData[index], RequestInfo = seen };
        await call.WriteAsync(new ServerStreamResponse { Payload = payload });
    }

    private static RpcException Failure(Error error, ConformancePayload.Types.RequestInfo? seen)
    {
        var details = seen is null ? error.Details.ToList() : [.. error.Details, Any.Pack(seen)];
        return new RpcException(new RpcStatus((StatusCode)error.Code, error.Message, details));
    }

    private static void SendMetadata(RpcCall call, IEnumerable<Header> headers, IEnumerable<Header> trailers)
    {
        foreach (var (name, value) in headers.SelectMany(header => header.Value, (header, value) => (header.Name, value)))
            call.ResponseHeaders.Add(name, value);
        foreach (var (name, value) in trailers.SelectMany(trailer => trailer.Value, (trailer, value) => (trailer.Name, value)))
            call.ResponseTrailers.Add(name, value);
    }

    private static ConformancePayload.Types.RequestInfo Describe(RpcCall call, IEnumerable<Any> requests)
    {
        var info = new ConformancePayload.Types.RequestInfo { Requests = { requests } };
        foreach (var entries in call.RequestHeaders.Where(entry => !entry.IsBinary).GroupBy(entry => entry.Name))
            info.RequestHeaders.Add(new Header { Name = entries.Key, Value = { entries.Select(entry => entry.Text!) } });
        if (call.Deadline is { } deadline)
            info.TimeoutMs = (long)(deadline - DateTimeOffset.UtcNow).TotalMilliseconds;
        if (call.HttpContext.Request.Query is { Count: > 0 } query)
        {
            var parameters = query.Select(parameter => new Header { Name = parameter.Key, Value = { parameter.Value.Select(value => value ?? "") } });
            info.ConnectGetInfo = new ConformancePayload.Types.ConnectGetInfo { QueryParams = { parameters } };
        }

        return info;
    }
}
