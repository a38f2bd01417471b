using Google.Protobuf.Reflection;
using Machines.V1;
using Statecharts;

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
            var type = TypeOf(field);
            if (ProblemOf(field, type) is { } problem)
                throw new ArgumentException(problem, nameof(events));
            if (!members.TryAdd(type, field.MessageType))
                throw new ArgumentException($"{field.FullName} is the event '{type}', and so is another member: give it another option machines.v1.event_type.", nameof(events));
        }

        return members;
    }

    private static string? ProblemOf(FieldDescriptor field, string type)
    {
        if (field.FieldType != FieldType.Message)
            return $"The event {field.FullName} must be a message; an empty one will do.";
        if (field.MessageType.IsWellKnown() && field.MessageType.Name is not ("Empty" or "Struct"))
            return $"The event {field.FullName} cannot be a {field.MessageType.FullName}, whose JSON is no object of its fields; make it a field of a message.";
        if (type.EndsWith('*'))
            return $"{field.FullName} cannot be the event '{type}': a wildcard stands for others.";
        if (new Event(type).IsInternal)
            return $"{field.FullName} cannot be the event '{type}': such types are the engine's own.";
        return ProtoEvents.ProblemOf(field.MessageType.Fields.InDeclarationOrder()) is { } problem
            ? $"The event message {field.MessageType.FullName} cannot be used: {problem}."
            : null;
    }

    private static string TypeOf(FieldDescriptor field)
    {
        var annotated = field.GetOptions()?.GetExtension(AnnotationsExtensions.EventType) ?? "";
        return annotated.Length > 0 ? annotated : ProtoNames.EventType(field.Name);
    }
}
