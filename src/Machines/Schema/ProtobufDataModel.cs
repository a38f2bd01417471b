using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Statecharts;
using Enum = System.Enum;
using Type = System.Type;

namespace Machines.Schema;

/// <summary>
/// Data as protobuf messages: context, input and output in proto3's canonical JSON, events as the members of one message's oneof,
/// states as the values of a proto enum. Anything that is no message is data as System.Text.Json sees it.
/// </summary>
internal sealed class ProtobufDataModel : DataModel
{
    private readonly ConcurrentDictionary<FileDescriptor, MessageJson> _json = new();
    private readonly ConcurrentDictionary<Type, IReadOnlyDictionary<int, string>?> _states = new();
    private readonly FrozenDictionary<string, Type> _eventTypes;
    private readonly FrozenDictionary<Type, string> _typesOfEvents;

    /// <param name="events">The message that holds the oneof of events; one without fields for a machine that takes none.</param>
    /// <exception cref="ArgumentException">It holds something else, or a member is no message.</exception>
    public ProtobufDataModel(MessageDescriptor events)
    {
        Events = events;
        var members = EventOneof.Of(events).ToDictionary(member => member.Key, member => member.Value.ClrType);
        _eventTypes = members.ToFrozenDictionary(StringComparer.Ordinal);

        // A message that is the member of two events stands for the first; the second is sent by its name.
        _typesOfEvents = members.GroupBy(member => member.Value, member => member.Key).ToFrozenDictionary(group => group.Key, group => group.First());
    }

    /// <summary>The message that holds the oneof of events.</summary>
    public MessageDescriptor Events { get; }

    /// <summary>The file that declares the events, and by custom the service.</summary>
    public FileDescriptor File => Events.File;

    public override IReadOnlyDictionary<string, Type> EventTypes => _eventTypes;

    public override string EventType(Type type) => _typesOfEvents.GetValueOrDefault(type) ?? base.EventType(type);

    public override string StateName(Enum state) =>
        ValuesOf(state.GetType())?.GetValueOrDefault(Convert.ToInt32(state, null)) ?? base.StateName(state);

    public override IReadOnlyCollection<string>? StateNames(Type stateType) =>
        ValuesOf(stateType)?.Values.ToArray() ?? base.StateNames(stateType);

    public override object? Clone(object? value) => value switch
    {
        IMessage message => message.Descriptor.Parser.ParseFrom(message.ToByteString()),
        _ => JsonDataModel.Default.Clone(value),
    };

    public override void Write(Utf8JsonWriter writer, object? value)
    {
        if (value is IMessage message)
            JsonElement.Parse(JsonOf(message.Descriptor).Format(message)).WriteTo(writer);
        else
            JsonDataModel.Default.Write(writer, value);
    }

    public override object? Read(JsonElement json, Type? type) =>
        DescriptorOf(type) is not { } descriptor ? JsonDataModel.Default.Read(json, type)
        : json.ValueKind == JsonValueKind.Null ? null
        : JsonOf(descriptor).ParseStored(descriptor, json);

    /// <remarks>Unlike in what was stored, a field that the message does not have is a mistake.</remarks>
    /// <inheritdoc/>
    public override object? ReadInput(JsonElement json, Type? type) =>
        DescriptorOf(type) is { } descriptor ? JsonOf(descriptor).Parse(descriptor, json) : Read(json, type);

    public override string? ProblemOfData(Type type) =>
        DescriptorOf(type) is not { } message ? JsonDataModel.Default.ProblemOfData(type)
        : FindExtendable(message, []) is { } extendable ? $"{extendable.FullName} may have extensions, which its JSON leaves out: use a message that has none"
        : null;

    public override void WriteEvent(Utf8JsonWriter writer, Event @event)
    {
        if (@event.Data is not IMessage message)
        {
            JsonDataModel.Default.WriteEvent(writer, @event);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", @event.Type);
        using var fields = JsonDocument.Parse(JsonOf(message.Descriptor).Format(message));
        foreach (var field in fields.RootElement.EnumerateObject())
            field.WriteTo(writer);
        writer.WriteEndObject();
    }

    public override Event ReadEvent(string type, JsonElement json, Type? dataType) =>
        DescriptorOf(dataType) is { } descriptor
            ? new Event(type, JsonOf(descriptor).Parse(descriptor, json, except: "type"))
            : JsonDataModel.Default.ReadEvent(type, json, dataType);

    public override Event ReadStoredEvent(string type, JsonElement json, Type? dataType) =>
        DescriptorOf(dataType) is { } descriptor
            ? new Event(type, JsonOf(descriptor).ParseStored(descriptor, json, except: "type"))
            : JsonDataModel.Default.ReadStoredEvent(type, json, dataType);

    /// <summary>A <c>google.protobuf.Any</c> may hold what the file of the events, or that of the message, declares or imports.</summary>
    private MessageJson JsonOf(MessageDescriptor message) => _json.GetOrAdd(message.File, file => new MessageJson(TypeRegistry.FromFiles(File, file)));

    private IReadOnlyDictionary<int, string>? ValuesOf(Type enumType) => _states.GetOrAdd(enumType, type => ProtoStates.Of(File, type));

    private static MessageDescriptor? FindExtendable(MessageDescriptor message, HashSet<MessageDescriptor> seen) =>
        !seen.Add(message) ? null
        : message.ToProto().ExtensionRange.Count > 0 ? message
        : message.Fields.InDeclarationOrder().Where(field => field.FieldType is FieldType.Message or FieldType.Group)
            .Select(field => FindExtendable(field.MessageType, seen)).FirstOrDefault(found => found is not null);

    private static MessageDescriptor? DescriptorOf(Type? type) =>
        type is not null && typeof(IMessage).IsAssignableFrom(type)
            ? ((IMessage)Activator.CreateInstance(type)!).Descriptor
            : null;
}
