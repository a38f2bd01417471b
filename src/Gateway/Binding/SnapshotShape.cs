using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>A snapshot message: <c>machines.v1.SnapshotInfo info</c>, and what its author typed of context, output and states.</summary>
internal sealed record SnapshotShape(
    MessageDescriptor Message,
    FieldDescriptor Info,
    FieldDescriptor? Context,
    FieldDescriptor? Output,
    FieldDescriptor? States,
    StateEnum? StateEnum)
{
    /// <summary>Reads the shape off <paramref name="message"/>; null, with a reason, when it is not a snapshot message.</summary>
    public static SnapshotShape? Of(MessageDescriptor message, out string? problem)
    {
        var info = message.FindFieldByName("info");
        if (info is not { FieldType: FieldType.Message, IsRepeated: false } || info.MessageType.FullName != SnapshotInfo.Descriptor.FullName)
        {
            problem = $"{message.FullName} is not a snapshot message: it needs a field 'machines.v1.SnapshotInfo info'";
            return null;
        }

        var context = message.FindFieldByName("context");
        var output = message.FindFieldByName("output");
        foreach (var typed in new[] { context, output })
        {
            if (typed is not null && (typed.FieldType != FieldType.Message || typed.IsRepeated))
            {
                problem = $"{typed.FullName} must be a single message";
                return null;
            }
        }

        var states = message.FindFieldByName("states");
        if (states is not null && (states.FieldType != FieldType.Enum || !states.IsRepeated))
        {
            problem = $"{states.FullName} must be a repeated enum, the machine's state enum";
            return null;
        }

        problem = null;
        return new SnapshotShape(message, info, context, output, states, states is null ? null : StateEnum.Of(states.EnumType));
    }
}
