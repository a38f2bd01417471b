using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>
/// A WaitFor response: <c>machines.v1.WaitStarted started</c> and a snapshot message <c>matched</c>; it may have the same message as
/// <c>changed</c>, and a <c>machines.v1.Heartbeat heartbeat</c>.
/// </summary>
internal sealed record WaitForShape(
    FieldDescriptor Started, FieldDescriptor? Changed, FieldDescriptor Matched, FieldDescriptor? Heartbeat, SnapshotShape Snapshot)
{
    /// <summary>Reads the shape off <paramref name="message"/>; null, with a reason, when it is not a WaitFor response.</summary>
    /// <param name="message">The response.</param>
    /// <param name="request">The request, whose <c>include_changes</c> goes with <c>changed</c>.</param>
    /// <param name="problem">The reason.</param>
    public static WaitForShape? Of(MessageDescriptor message, RequestShape request, out string? problem)
    {
        if (message.FindFieldByName("started") is not { } started || !started.IsMessage(WaitStarted.Descriptor))
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

        var changed = message.FindFieldByName("changed");
        if (changed is not null && !changed.IsMessage(matched.MessageType))
        {
            problem = $"{changed.FullName} must be of the type {matched.MessageType.FullName}, as {matched.Name} is";
            return null;
        }

        if (changed is null != request.IncludeChanges is null)
        {
            problem = changed is null
                ? $"{request.IncludeChanges!.FullName} asks for changes: {message.FullName} needs a field '{matched.MessageType.Name} changed'"
                : $"{changed.FullName} is sent on request only: {request.Message.FullName} needs a field 'bool include_changes'";
            return null;
        }

        var heartbeat = message.FindFieldByName("heartbeat");
        if (heartbeat is not null && !heartbeat.IsMessage(Machines.V1.Heartbeat.Descriptor))
        {
            problem = $"{heartbeat.FullName} must be a machines.v1.Heartbeat";
            return null;
        }

        var snapshot = SnapshotShape.Of(matched.MessageType, out problem);
        return snapshot is null ? null : new WaitForShape(started, changed, matched, heartbeat, snapshot);
    }
}
