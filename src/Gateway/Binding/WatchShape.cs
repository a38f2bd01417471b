using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>A Watch response: <c>machines.v1.WatchInfo info</c> and a snapshot message <c>snapshot</c>.</summary>
internal sealed record WatchShape(FieldDescriptor Info, FieldDescriptor SnapshotField, SnapshotShape Snapshot)
{
    /// <summary>Reads the shape off <paramref name="message"/>; null, with a reason, when it is not a Watch response.</summary>
    public static WatchShape? Of(MessageDescriptor message, out string? problem)
    {
        if (message.FindFieldByName("info") is not { } info || !info.IsMessage(WatchInfo.Descriptor))
        {
            problem = $"{message.FullName} is not a Watch response: it needs a field 'machines.v1.WatchInfo info'";
            return null;
        }

        if (message.FindFieldByName("snapshot") is not { FieldType: FieldType.Message, IsRepeated: false } field)
        {
            problem = $"{message.FullName} is not a Watch response: it needs a field 'snapshot' with the snapshot message";
            return null;
        }

        var snapshot = SnapshotShape.Of(field.MessageType, out problem);
        return snapshot is null ? null : new WatchShape(info, field, snapshot);
    }
}
