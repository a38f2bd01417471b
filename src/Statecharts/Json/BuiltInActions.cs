using System.Text.Json;
using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>The actions that a JSON config can name without an implementation.</summary>
internal static class BuiltInActions
{
    internal static MachineAction Create(XStateConfigReader reader, string type, JsonElement parameters, string path)
    {
        var name = type.StartsWith("xstate.", StringComparison.Ordinal) ? type["xstate.".Length..] : type;
        return name switch
        {
            "assign" => Assign(parameters, path),
            "raise" => new RaiseAction(EventOf(parameters, path), DelayOf(reader, parameters, path), OptionalText(parameters, "id", path)),
            "sendTo" => SendTo(reader, parameters, path),
            "cancel" => Constant(Text(parameters, "id", path), id => new CancelAction((_, _) => id)),
            "emit" => new EmitAction(EventOf(parameters, path)),
            "log" => Constant(XStateConfigReader.ToNode(Property(parameters, "message")), message => new LogAction((_, _) => message)),
            "spawnChild" => Spawn(reader, parameters, path),
            "stopChild" => Constant(Text(parameters, "id", path), id => new StopAction((_, _) => id)),
            _ => Constant(XStateConfigReader.ToNode(parameters), values => new CustomAction(type, (_, _) => values?.DeepClone())),
        };
    }

    private static AssignAction Assign(JsonElement parameters, string path)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
            throw new JsonFormatException(path, "assign needs an object: the keys to set, with their values.");
        var assignments = parameters.EnumerateObject().Select(p => (p.Name, Value: Expression(p.Name, p.Value))).ToList();
        return new AssignAction((context, @event) =>
        {
            var data = (JsonObject)context!;
            // All values are made of the context as it was.
            var values = assignments.ConvertAll(assignment => assignment.Value(data, @event));
            for (var i = 0; i < values.Count; i++)
                data[assignments[i].Name] = values[i];
        });
    }

    private static Func<JsonObject, Event, JsonNode?> Expression(string key, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("$add", out var summand) && summand.ValueKind == JsonValueKind.Number)
        {
            var number = summand.GetDouble();
            return (context, _) => JsonValues.Add(context[key], number);
        }
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("$event", out var source) && source.ValueKind == JsonValueKind.String)
        {
            var path = source.GetString()!;
            return (_, @event) => JsonValues.Get(@event, path)?.DeepClone();
        }
        var literal = XStateConfigReader.ToNode(json);
        return (_, _) => literal?.DeepClone();
    }

    private static SendAction SendTo(XStateConfigReader reader, JsonElement parameters, string path)
    {
        var target = Text(parameters, "to", path) switch
        {
            "self" => new SendTarget(SendTargetKind.Self),
            "parent" => new SendTarget(SendTargetKind.Parent),
            var child => new SendTarget(SendTargetKind.Child, child),
        };
        return new SendAction(
            (_, _) => target, EventOf(parameters, path), DelayOf(reader, parameters, path), OptionalText(parameters, "id", path));
    }

    private static SpawnAction Spawn(XStateConfigReader reader, JsonElement parameters, string path)
    {
        var id = Text(parameters, "id", path);
        var input = XStateConfigReader.ToNode(Property(parameters, "input"));
        var isSynced = Property(parameters, "syncSnapshot").ValueKind == JsonValueKind.True;
        var source = Text(parameters, "src", path);
        return new SpawnAction(
            source, reader.Logic(source), (_, _) => id, (_, _) => input?.DeepClone(), OptionalText(parameters, "systemId", path), isSynced);
    }

    private static Func<object?, Event, Event> EventOf(JsonElement parameters, string path)
    {
        var json = Property(parameters, "event");
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonFormatException(XStateConfigReader.Join(path, "event"), "must be an event: an object with a type.");
        var type = Text(json, "type", XStateConfigReader.Join(path, "event"));
        var @event = JsonDataModel.Default.ReadEvent(type, json, null);
        return (_, _) => @event with { Data = JsonDataModel.Default.Clone(@event.Data) };
    }

    private static Func<object?, Event, TimeSpan>? DelayOf(XStateConfigReader reader, JsonElement parameters, string path) =>
        Property(parameters, "delay") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } delay
            ? reader.Delay(delay, XStateConfigReader.Join(path, "delay"))
            : null;

    private static string? OptionalText(JsonElement parameters, string name, string path) =>
        Property(parameters, name).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : Text(parameters, name, path);

    private static string Text(JsonElement parameters, string name, string path) =>
        XStateConfigReader.Text(Property(parameters, name), XStateConfigReader.Join(path, name));

    private static JsonElement Property(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value : default;

    private static MachineAction Constant<T>(T value, Func<T, MachineAction> create) => create(value);
}
