using Google.Protobuf.Reflection;
using Machines.V1;

namespace Machines.Schema;

/// <summary>The events that the members of a proto oneof stand for.</summary>
internal static class EventOneof
{
    /// <summary>The events by type, in the order of their declaration.</summary>
    /// <param name="events">The message that holds the oneof; one without fields for no events.</param>
    /// <exception cref="ArgumentException">It holds something else, or a member is no message.</exception>
    public static IReadOnlyDictionary<string, MessageDescriptor> Of(MessageDescriptor events)
    {
        OneofDescriptor[] oneofs = [.. events.Oneofs.Where(oneof => !oneof.IsSynthetic)];
        var isEmpty = events.Fields.InDeclarationOrder().Count == 0;
        if (oneofs.Length != 1 && !isEmpty)
            throw new ArgumentException($"The event message {events.FullName} must hold exactly one oneof, whose members are the events.", nameof(events));

        var members = new OrderedDictionary<string, MessageDescriptor>(StringComparer.Ordinal);
        foreach (var field in oneofs.SelectMany(oneof => oneof.Fields))
        {
            if (field.FieldType != FieldType.Message)
                throw new ArgumentException($"The event {field.FullName} must be a message; an empty one will do.", nameof(events));
            if (field.MessageType.File.Package == "google.protobuf" && field.MessageType.Name is not ("Empty" or "Struct"))
                throw new ArgumentException($"The event {field.FullName} cannot be a {field.MessageType.FullName}, whose JSON is no object of its fields; make it a field of a message.", nameof(events));
            if (ProtoEvents.ProblemOf(field.MessageType.Fields.InDeclarationOrder()) is { } problem)
                throw new ArgumentException($"The event message {field.MessageType.FullName} cannot be used: {problem}.", nameof(events));
            members.Add(TypeOf(field), field.MessageType);
        }

        return members;
    }

    private static string TypeOf(FieldDescriptor field)
    {
        var annotated = field.GetOptions()?.GetExtension(AnnotationsExtensions.EventType) ?? "";
        return annotated.Length > 0 ? annotated : ProtoNames.EventType(field.Name);
    }
}
