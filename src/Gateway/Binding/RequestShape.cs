using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>The fields of a request that the gateway knows, by their names and types.</summary>
internal sealed record RequestShape(MessageDescriptor Message, FieldDescriptor Key)
{
    private const string DurationType = "google.protobuf.Duration";

    /// <summary>What names the machine, in the generic service; a typed one's option does.</summary>
    public FieldDescriptor? Machine { get; init; }

    public FieldDescriptor? IdempotencyKey { get; init; }

    public FieldDescriptor? Event { get; init; }

    /// <summary>The events; null when <see cref="Event"/> is a <c>google.protobuf.Struct</c>, the event as the machine takes it.</summary>
    public EventShape? EventShape { get; init; }

    public FieldDescriptor? Input { get; init; }

    public FieldDescriptor? IfExists { get; init; }

    public FieldDescriptor? Condition { get; init; }

    public FieldDescriptor? Timeout { get; init; }

    public FieldDescriptor? IncludeChanges { get; init; }

    public FieldDescriptor? AfterRevision { get; init; }

    /// <summary>Reads the shape that <paramref name="verb"/> needs off <paramref name="message"/>; null, with a reason, when it does not fit.</summary>
    public static RequestShape? Of(MessageDescriptor message, Verb verb, out string? problem)
    {
        if (message.FindFieldByName("key") is not { FieldType: FieldType.String, IsRepeated: false } key)
        {
            problem = $"{message.FullName} needs a field 'string key', the instance";
            return null;
        }

        var idempotencyKey = message.FindFieldByName("idempotency_key");
        if (idempotencyKey is not (null or { FieldType: FieldType.String, IsRepeated: false }))
        {
            problem = $"{idempotencyKey.FullName} must be a single string";
            return null;
        }

        var shape = new RequestShape(message, key) { IdempotencyKey = idempotencyKey };
        problem = null;
        return verb switch
        {
            Verb.Create => WithInput(shape, out problem),
            Verb.Send or Verb.SendStream => WithEvent(shape, required: true, out problem),
            Verb.WaitFor => WithCondition(shape, out problem),
            Verb.Watch => WithAfterRevision(shape, out problem),
            Verb.Event => AsEvent(shape, out problem),
            _ => shape,
        };
    }

    private static RequestShape? WithInput(RequestShape shape, out string? problem)
    {
        var input = shape.Message.FindFieldByName("input");
        if (input is not (null or { FieldType: FieldType.Message, IsRepeated: false }))
        {
            problem = $"{input.FullName} must be a single message";
            return null;
        }

        var ifExists = shape.Message.FindFieldByName("if_exists");
        if (ifExists is not null && (ifExists.FieldType != FieldType.Enum || ifExists.EnumType.FullName != IfExistsEnum.FullName))
        {
            problem = $"{ifExists.FullName} must be of the enum {IfExistsEnum.FullName}";
            return null;
        }

        problem = null;
        return shape with { Input = input, IfExists = ifExists };
    }

    private static EnumDescriptor IfExistsEnum => MachineReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(IfExists));

    private static RequestShape? WithEvent(RequestShape shape, bool required, out string? problem)
    {
        var field = shape.Message.FindFieldByName("event");
        if (field is null)
        {
            problem = required ? $"{shape.Message.FullName} needs a field 'event' with a message that holds the oneof of events" : null;
            return required ? null : shape;
        }

        if (field is not { FieldType: FieldType.Message, IsRepeated: false })
        {
            problem = $"{field.FullName} must be a single message that holds the oneof of events";
            return null;
        }

        if (field.IsMessage(Struct.Descriptor))
        {
            problem = null;
            return shape with { Event = field };
        }

        var events = Binding.EventShape.Of(field.MessageType, out problem);
        return events is null ? null : shape with { Event = field, EventShape = events };
    }

    /// <summary>The fields that are not the gateway's are the event's.</summary>
    private static RequestShape? AsEvent(RequestShape shape, out string? problem)
    {
        problem = ProtoEvents.ProblemOf(shape.Message.Fields.InDeclarationOrder().Where(field => field != shape.Key && field != shape.IdempotencyKey));
        return problem is null ? shape : null;
    }

    private static RequestShape? WithCondition(RequestShape shape, out string? problem)
    {
        var condition = shape.Message.FindFieldByName("condition");
        if (condition is not { FieldType: FieldType.Message, IsRepeated: false } ||
            condition.MessageType.FullName != Machines.V1.Condition.Descriptor.FullName)
        {
            problem = $"{shape.Message.FullName} needs a field 'machines.v1.Condition condition'";
            return null;
        }

        var timeout = shape.Message.FindFieldByName("timeout");
        if (timeout is not null && (timeout.FieldType != FieldType.Message || timeout.MessageType.FullName != DurationType))
        {
            problem = $"{timeout.FullName} must be a {DurationType}";
            return null;
        }

        var includeChanges = shape.Message.FindFieldByName("include_changes");
        if (includeChanges is not (null or { FieldType: FieldType.Bool, IsRepeated: false }))
        {
            problem = $"{includeChanges.FullName} must be a bool";
            return null;
        }

        return WithEvent(
            shape with { Condition = condition, Timeout = timeout, IncludeChanges = includeChanges }, required: false, out problem);
    }

    private static RequestShape? WithAfterRevision(RequestShape shape, out string? problem)
    {
        // Without presence nobody could ask for everything after revision 0.
        var afterRevision = shape.Message.FindFieldByName("after_revision");
        if (afterRevision is not (null or { FieldType: FieldType.UInt64, IsRepeated: false, HasPresence: true }))
        {
            problem = $"{afterRevision.FullName} must be an 'optional uint64'";
            return null;
        }

        problem = null;
        return shape with { AfterRevision = afterRevision };
    }
}
