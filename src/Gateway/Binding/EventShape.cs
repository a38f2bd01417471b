using Google.Protobuf.Reflection;
using Machines.V1;
using Rpc.Json;

namespace Gateway.Binding;

/// <summary>A message that holds one oneof whose members are the machine's events.</summary>
internal sealed class EventShape
{
    private readonly Dictionary<int, EventMember> _members;

    private EventShape(OneofDescriptor oneof, Dictionary<int, EventMember> members)
    {
        Oneof = oneof;
        _members = members;
    }

    public OneofDescriptor Oneof { get; }

    public IEnumerable<EventMember> Members => _members.Values;

    public EventMember? Find(int fieldNumber) => _members.GetValueOrDefault(fieldNumber);

    /// <summary>Reads the shape off <paramref name="message"/>; null, with a reason, when it is not an event message.</summary>
    public static EventShape? Of(MessageDescriptor message, out string? problem)
    {
        OneofDescriptor[] oneofs = [.. message.Oneofs.Where(oneof => !oneof.IsSynthetic)];
        if (oneofs.Length != 1)
        {
            problem = $"the event message {message.FullName} must hold exactly one oneof, whose members are the events; it has {oneofs.Length}";
            return null;
        }

        var members = new Dictionary<int, EventMember>();
        foreach (var field in oneofs[0].Fields)
        {
            if (field.FieldType != FieldType.Message)
            {
                problem = $"the event {message.FullName}.{field.Name} must be a message (an empty one will do), not a {field.FieldType}";
                return null;
            }

            if (!JsonTranscoder.HasJsonFields(field.MessageType))
            {
                problem = $"the event {message.FullName}.{field.Name} is a {field.MessageType.FullName}, whose JSON is no object with fields: wrap it in a message";
                return null;
            }

            problem = ProtoEvents.ProblemOf(field.MessageType.Fields.InDeclarationOrder());
            if (problem is not null)
                return null;

            var annotated = field.GetOptions()?.GetExtension(AnnotationsExtensions.EventType) ?? "";
            members.Add(field.FieldNumber, new EventMember(field, annotated.Length > 0 ? annotated : ProtoNames.EventType(field.Name)));
        }

        problem = null;
        return new EventShape(oneofs[0], members);
    }
}

/// <summary>One event of an event oneof.</summary>
internal sealed record EventMember(FieldDescriptor Field, string Type);
