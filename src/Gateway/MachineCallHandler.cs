using System.Buffers;
using Gateway.Binding;
using Gateway.Descriptors;
using Gateway.Security;
using Gateway.Streaming;
using Gateway.Upstream;
using Google.Protobuf.Reflection;
using Machines.V1;
using Rpc;

namespace Gateway;

/// <summary>Serves the rpcs of machine services: one ingress call each, or one of the streams around such calls.</summary>
internal sealed class MachineCallHandler(
    RequestReader requests,
    SnapshotWriter snapshots,
    MachineDirectory machines,
    MachineCaller caller,
    RequestLimits limits,
    ICallAuthorizer authorizer,
    WaitForHandler waits,
    WatchHandler watches,
    SendStreamHandler sends)
{
    /// <summary>The header that carries an idempotency key for requests that have no field for it.</summary>
    public const string IdempotencyKeyHeader = "idempotency-key";

    public RpcService CreateService(MachineService service) =>
        new(service.Descriptor.FullName, [.. service.Methods.Select(method => CreateMethod(method.Method, call => ServeAsync(call, method)))], service.Descriptor.File);

    /// <summary>An rpc as its descriptor says it is.</summary>
    public static RpcMethod CreateMethod(MethodDescriptor method, RpcHandler handler) => new(method.Name, TypeOf(method), handler)
    {
        IdempotencyNoSideEffects = method.GetOptions()?.IdempotencyLevel == MethodOptions.Types.IdempotencyLevel.NoSideEffects,
    };

    /// <summary>As the binder has found it to fit the verb.</summary>
    private static RpcMethodType TypeOf(MethodDescriptor method) =>
        method.IsClientStreaming ? RpcMethodType.DuplexStreaming
        : method.IsServerStreaming ? RpcMethodType.ServerStreaming
        : RpcMethodType.Unary;

    private ValueTask ServeAsync(RpcCall call, MachineMethod method) =>
        method.SendStream is { } shape ? sends.RunAsync(call, method, shape) : ServeRequestAsync(call, method);

    private async ValueTask ServeRequestAsync(RpcCall call, MachineMethod method)
    {
        var fields = RequestReader.ReadFields(method, await call.ReadAsync() ?? ReadOnlySequence<byte>.Empty);
        method = method.For(fields);
        var request = requests.Read(method, fields);
        await authorizer.AuthorizeAsync(call, method.Object, request.Verbs, request.Key);
        if (method.Request.Machine is not null)
            machines.Get(method.Object, request.Key);

        if (method.WaitFor is { } waitFor)
        {
            await waits.RunAsync(call, method, waitFor, request, IdempotencyKeyOf(call, method, request));
        }
        else if (method.Watch is { } watch)
        {
            await watches.RunAsync(call, method, watch, request);
        }
        else
        {
            var idempotencyKey = method.Verb == Verb.Snapshot ? null : IdempotencyKeyOf(call, method, request) ?? IdempotencyKey.New();
            var answer = await caller.CallAsync(call, method, request, idempotencyKey, call.CancellationToken);
            await call.WriteAsync(method.Snapshot is { } shape ? snapshots.Write(shape, method.Object, request.Key, answer) : default);
        }
    }

    /// <summary>
    /// The request's, the header's, or null. The header is read as it came: where metadata leaves out what cannot be sent on, the
    /// client's next attempt would be another event.
    /// </summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the header is no key.</exception>
    private string? IdempotencyKeyOf(RpcCall call, MachineMethod method, MachineRequest request)
    {
        if (request.IdempotencyKey is { } own)
            return own;

        var header = call.HttpContext.Request.Headers[IdempotencyKeyHeader];
        if (header.Count > 1)
            throw RestateErrors.InvalidArgument(method, request.Key, "INVALID_IDEMPOTENCY_KEY", IdempotencyKeyHeader, "must be given only once");
        if (header.ToString() is not { Length: > 0 } key)
            return null;

        limits.CheckIdempotencyKey(method, request.Key, key, IdempotencyKeyHeader);
        return key;
    }
}
