using System.Buffers;
using Google.Protobuf.Reflection;
using Rpc;
using Rpc.Json;

namespace Gateway.Streaming;

/// <summary>A call's response messages, written by several at once: one after the other, each when the client has room for it.</summary>
internal sealed class ResponseStream(RpcCall call) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Writes a message that has one field.</summary>
    public ValueTask WriteAsync(FieldDescriptor field, ReadOnlyMemory<byte> value)
    {
        var message = new ArrayBufferWriter<byte>(value.Length + 16);
        message.WriteBytes(field.FieldNumber, value.Span);
        return WriteAsync(message.WrittenMemory);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> message)
    {
        await _turn.WaitAsync(call.CancellationToken);
        try
        {
            await call.WriteAsync(message);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
