using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Binding;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Machines.V1;
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
            using var document = JsonDocument.Parse(json);
            var snapshot = document.RootElement;
            var info = InfoOf(key, snapshot);
            var message = new ArrayBufferWriter<byte>();
            message.WriteBytes(shape.Info.FieldNumber, info.ToByteArray());
            WriteTyped(message, shape.Context, snapshot, "context");
            WriteTyped(message, shape.Output, snapshot, "output");
            WriteStates(message, shape, info.States);
            return message.WrittenMemory;
        }
        catch (Exception e) when (IsMisfit(e))
        {
            throw RestateErrors.Refused(
                StatusCode.Internal,
                "SNAPSHOT_MISFIT",
                $"The machine's snapshot does not fit {shape.Message.FullName}: {e.Message}. Does the service belong to this machine?",
                objectName,
                key);
        }
    }

    /// <summary>What a snapshot says whatever its machine. Machines of <c>@restatedev/xstate</c> tell no version and count no revisions.</summary>
    /// <exception cref="Exception">As <see cref="IsMisfit"/> has it.</exception>
    public static SnapshotInfo InfoOf(string key, JsonElement snapshot)
    {
        var info = new SnapshotInfo
        {
            Key = key,
            Status = StatusOf(snapshot.GetProperty("status"u8).GetString()),
            Version = snapshot.TryGetProperty("version"u8, out var version) ? version.GetString() : "",
            Revision = snapshot.TryGetProperty("revision"u8, out var revision) ? revision.GetUInt64() : 0,
        };
        if (snapshot.TryGetProperty("value"u8, out var value))
        {
            info.States.AddRange(StateValues.Paths(value));
            info.Value = StateValues.ToProtobuf(value);
        }

        if (snapshot.TryGetProperty("tags"u8, out var tags))
            info.Tags.AddRange(tags.EnumerateArray().Select(tag => tag.GetString()));
        if (info.Status == Status.Error)
            info.Error = ErrorOf(snapshot);
        return info;
    }

    /// <summary>Whether an exception says that a snapshot is not what it should be. For null where text should be, the message's setter says so.</summary>
    public static bool IsMisfit(Exception e) =>
        e is JsonException or TranscodingException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentNullException;

    private void WriteTyped(ArrayBufferWriter<byte> message, FieldDescriptor? field, JsonElement snapshot, string property)
    {
        if (field is null || !snapshot.TryGetProperty(property, out var json) || json.ValueKind == JsonValueKind.Null)
            return;

        var bytes = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(json));
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

    private static Status StatusOf(string? status) => status switch
    {
        "active" => Status.Active,
        "done" => Status.Done,
        "error" => Status.Error,
        "stopped" => Status.Stopped,
        _ => throw new FormatException($"status: unknown value '{status}'"),
    };

    private static MachineError ErrorOf(JsonElement snapshot)
    {
        if (!snapshot.TryGetProperty("error"u8, out var error))
            return new MachineError();
        if (error.ValueKind != JsonValueKind.Object)
            return new MachineError { Message = error.ToString() };
        return new MachineError
        {
            Message = TextOf(error, "message") ?? error.GetRawText(),
            Name = TextOf(error, "name") ?? "",
            Code = error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number : 0,
            Source = TextOf(error, "source") ?? "",
        };
    }

    private static string? TextOf(JsonElement json, string property) => json.TryGetProperty(property, out var text) ? text.ToString() : null;
}
