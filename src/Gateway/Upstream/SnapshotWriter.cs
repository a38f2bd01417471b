using System.Buffers;
using System.Text.Json;
using Gateway.Binding;
using Google.Protobuf.Reflection;
using Rpc;
using Rpc.Json;

namespace Gateway.Upstream;

/// <summary>Turns a machine's snapshot, JSON, into the service's typed snapshot message.</summary>
internal sealed class SnapshotWriter(JsonTranscoder transcoder)
{
    /// <exception cref="RpcException">INTERNAL: the snapshot does not fit its message.</exception>
    public ReadOnlyMemory<byte> Write(SnapshotShape shape, string objectName, string key, ReadOnlyMemory<byte> json)
    {
        try
        {
            var snapshot = SnapshotJson.Read(key, json.Span);

            // Next to nothing is longer as protobuf than as JSON.
            var message = new ArrayBufferWriter<byte>(json.Length);
            message.WriteMessage(shape.Info.FieldNumber, snapshot.Info);
            WriteTyped(message, shape.Context, snapshot.Context, "context");
            WriteTyped(message, shape.Output, snapshot.Output, "output");
            WriteStates(message, shape, snapshot.Info.States);
            return message.WrittenMemory;
        }
        catch (Exception e) when (SnapshotJson.IsMisfit(e))
        {
            throw RestateErrors.Refused(
                StatusCode.Internal,
                "SNAPSHOT_MISFIT",
                $"The machine's snapshot does not fit {shape.Message.FullName}: {e.Message}. Does the service belong to this machine?",
                objectName,
                key);
        }
    }

    private void WriteTyped(ArrayBufferWriter<byte> message, FieldDescriptor? field, ReadOnlySpan<byte> json, string property)
    {
        if (field is null || json.IsEmpty)
            return;

        var bytes = new ArrayBufferWriter<byte>(json.Length);
        var reader = new Utf8JsonReader(json);
        try
        {
            transcoder.WriteMessage(field.MessageType, ref reader, bytes);
        }
        catch (TranscodingException e)
        {
            throw new FormatException(e.Path.Length == 0 ? $"{property}: {e.Reason}" : $"{property}.{e.Path}: {e.Reason}", e);
        }

        message.WriteBytes(field.FieldNumber, bytes.WrittenSpan);
    }

    /// <summary>One varint a value, which every parser takes for a packed field too (protobuf, Encoding).</summary>
    private static void WriteStates(ArrayBufferWriter<byte> message, SnapshotShape shape, IEnumerable<string> states)
    {
        if (shape.StateEnum is null)
            return;

        foreach (var path in states)
        {
            if (shape.StateEnum.TryGetNumber(path, out var number))
                message.WriteVarint(shape.States!.FieldNumber, (ulong)number);
        }
    }
}
