using System.Buffers;
using Gateway.Binding;
using Gateway.Security;
using Gateway.Upstream;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Machines.V1;
using Rpc;
using Rpc.Json;

namespace Gateway;

/// <summary>Serves the rpcs of machine services: one ingress call each, and for a WaitFor the stream around it.</summary>
internal sealed class MachineCallHandler(RequestReader requests, SnapshotWriter snapshots, MachineCaller caller, ICallAuthorizer authorizer)
{
    /// <summary>The header that carries an idempotency key for requests that have no field for it.</summary>
    private const string IdempotencyKeyHeader = "idempotency-key";

    public RpcService CreateService(MachineService service) =>
        new(service.Descriptor.FullName, [.. service.Methods.Select(CreateMethod)], service.Descriptor.File);

    private RpcMethod CreateMethod(MachineMethod method) => new(
        method.Method.Name,
        method.WaitFor is null ? RpcMethodType.Unary : RpcMethodType.ServerStreaming,
        call => method.WaitFor is { } shape ? WaitForAsync(call, method, shape) : CallAsync(call, method))
    {
        IdempotencyNoSideEffects =
            method.Method.GetOptions()?.IdempotencyLevel == MethodOptions.Types.IdempotencyLevel.NoSideEffects,
    };

    private async ValueTask CallAsync(RpcCall call, MachineMethod method)
    {
        var request = await ReadAsync(call, method);
        var answer = await caller.CallAsync(call, method, request, IdempotencyKeyOf(call, request));
        await call.WriteAsync(method.Snapshot is { } shape ? snapshots.Write(shape, request.Key, answer) : default);
    }

    private async ValueTask WaitForAsync(RpcCall call, MachineMethod method, WaitForShape shape)
    {
        var request = await ReadAsync(call, method);
        var idempotencyKey = IdempotencyKeyOf(call, request);
        await WriteAsync(call, shape.Started, new WaitStarted { IdempotencyKey = idempotencyKey }.ToByteArray());

        var answer = await caller.CallAsync(call, method, request, idempotencyKey);
        await WriteAsync(call, shape.Matched, snapshots.Write(shape.Snapshot, request.Key, answer));
    }

    private async ValueTask<MachineRequest> ReadAsync(RpcCall call, MachineMethod method)
    {
        var message = await call.ReadAsync() ?? ReadOnlySequence<byte>.Empty;
        var request = requests.Read(method, message);
        await authorizer.AuthorizeAsync(call, method.Object, request.Verbs, request.Key);
        return request;
    }

    private static ValueTask WriteAsync(RpcCall call, FieldDescriptor field, ReadOnlyMemory<byte> value)
    {
        var message = new ArrayBufferWriter<byte>(value.Length + 16);
        message.WriteBytes(field.FieldNumber, value.Span);
        return call.WriteAsync(message.WrittenMemory);
    }

    private static string IdempotencyKeyOf(RpcCall call, MachineRequest request) =>
        request.IdempotencyKey ?? (call.RequestHeaders.GetText(IdempotencyKeyHeader) is { Length: > 0 } key ? key : Guid.NewGuid().ToString("N"));
}
