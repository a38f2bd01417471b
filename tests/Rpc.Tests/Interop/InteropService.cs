using Google.Protobuf;
using Grpc.Testing;

namespace Rpc.Tests.Interop;

/// <summary>The server of gRPC's interoperability cases (doc/interop-test-descriptions.md, "Server").</summary>
internal static class InteropService
{
    public static RpcService Create() => new(
        "grpc.testing.TestService",
        [
            new RpcMethod("EmptyCall", RpcMethodType.Unary, EmptyCallAsync),
            new RpcMethod("UnaryCall", RpcMethodType.Unary, UnaryCallAsync),
            new RpcMethod("CacheableUnaryCall", RpcMethodType.Unary, UnaryCallAsync) { IdempotencyNoSideEffects = true },
            new RpcMethod("StreamingInputCall", RpcMethodType.ClientStreaming, StreamingInputCallAsync),
            new RpcMethod("StreamingOutputCall", RpcMethodType.ServerStreaming, FullDuplexCallAsync),
            new RpcMethod("FullDuplexCall", RpcMethodType.DuplexStreaming, FullDuplexCallAsync),
            new RpcMethod("HalfDuplexCall", RpcMethodType.DuplexStreaming, HalfDuplexCallAsync),
        ],
        TestReflection.Descriptor);

    private static async ValueTask EmptyCallAsync(RpcCall call)
    {
        await call.ReadAsync(Empty.Parser);
        await call.WriteAsync(new Empty());
    }

    private static async ValueTask UnaryCallAsync(RpcCall call)
    {
        EchoMetadata(call);
        var request = (await call.ReadAsync(SimpleRequest.Parser))!;
        ExpectCompression(call, request.ExpectCompressed);
        ThrowIfAsked(request.ResponseStatus);
        call.CompressResponse = request.ResponseCompressed?.Value ?? false;
        await call.WriteAsync(new SimpleResponse { Payload = NewPayload(request.ResponseType, request.ResponseSize) });
    }

    private static async ValueTask StreamingInputCallAsync(RpcCall call)
    {
        EchoMetadata(call);
        var size = 0;
        while (await call.ReadAsync(StreamingInputCallRequest.Parser) is { } request)
        {
            ExpectCompression(call, request.ExpectCompressed);
            size += request.Payload?.Body.Length ?? 0;
        }

        await call.WriteAsync(new StreamingInputCallResponse { AggregatedPayloadSize = size });
    }

    private static async ValueTask FullDuplexCallAsync(RpcCall call)
    {
        EchoMetadata(call);
        await EnableCompressionAsync(call);
        while (await call.ReadAsync(StreamingOutputCallRequest.Parser) is { } request)
            await RespondAsync(call, request);
    }

    private static async ValueTask HalfDuplexCallAsync(RpcCall call)
    {
        EchoMetadata(call);
        await EnableCompressionAsync(call);
        var requests = new List<StreamingOutputCallRequest>();
        while (await call.ReadAsync(StreamingOutputCallRequest.Parser) is { } request)
            requests.Add(request);
        foreach (var request in requests)
            await RespondAsync(call, request);
    }

    /// <summary>Which messages are to be compressed is only known after the headers have said whether any may be.</summary>
    private static ValueTask EnableCompressionAsync(RpcCall call)
    {
        call.CompressResponse = true;
        return call.WriteHeadersAsync();
    }

    private static async Task RespondAsync(RpcCall call, StreamingOutputCallRequest request)
    {
        ThrowIfAsked(request.ResponseStatus);
        foreach (var parameters in request.ResponseParameters)
        {
            if (parameters.IntervalUs > 0)
                await Task.Delay(TimeSpan.FromMicroseconds(parameters.IntervalUs), call.CancellationToken);
            call.CompressResponse = parameters.Compressed?.Value ?? false;
            await call.WriteAsync(new StreamingOutputCallResponse { Payload = NewPayload(request.ResponseType, parameters.Size) });
        }
    }

    private static void EchoMetadata(RpcCall call)
    {
        const string Initial = "x-grpc-test-echo-initial";
        const string Trailing = "x-grpc-test-echo-trailing-bin";
        if (call.RequestHeaders.GetText(Initial) is { } initial)
            call.ResponseHeaders.Add(Initial, initial);
        if (call.RequestHeaders.GetBytes(Trailing) is { } trailing)
            call.ResponseTrailers.Add(Trailing, trailing);
    }

    private static void ExpectCompression(RpcCall call, BoolValue? expected)
    {
        if (expected is { Value: true } && !call.RequestCompressed)
            throw new RpcException(StatusCode.InvalidArgument, "The request was to be compressed, and is not.");
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is not null && status.Code != 0)
            throw new RpcException((StatusCode)status.Code, status.Message);
    }

    private static Payload NewPayload(PayloadType type, int size)
        => Enum.IsDefined(type)
            ? new Payload { Type = type, Body = ByteString.CopyFrom(new byte[size]) }
            : throw new RpcException(StatusCode.InvalidArgument, $"Payload type {(int)type} is not supported.");
}
