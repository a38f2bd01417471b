using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>A WaitFor response: <c>machines.v1.WaitStarted started</c> and a snapshot message <c>matched</c>.</summary>
internal sealed record WaitForShape(FieldDescriptor Started, FieldDescriptor Matched, SnapshotShape Snapshot)
{
    /// <summary>Reads the shape off <paramref name="message"/>; null, with a reason, when it is not a WaitFor response.</summary>
    public static WaitForShape? Of(MessageDescriptor message, out string? problem)
    {
        var started = message.FindFieldByName("started");
        if (started is not { FieldType: FieldType.Message, IsRepeated: false } || started.MessageType.FullName != WaitStarted.Descriptor.FullName)
        {
            problem = $"{message.FullName} is not a WaitFor response: it needs a field 'machines.v1.WaitStarted started'";
            return null;
        }

        var matched = message.FindFieldByName("matched");
        if (matched is not { FieldType: FieldType.Message, IsRepeated: false })
        {
            problem = $"{message.FullName} is not a WaitFor response: it needs a field 'matched' with the snapshot message";
            return null;
        }

        var snapshot = SnapshotShape.Of(matched.MessageType, out problem);
        return snapshot is null ? null : new WaitForShape(started, matched, snapshot);
    }
}
