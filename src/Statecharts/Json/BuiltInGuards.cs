using System.Text.Json;
using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>The guards that a JSON config can name without an implementation.</summary>
internal static class BuiltInGuards
{
    internal static MachineGuard Create(XStateConfigReader reader, string type, JsonElement parameters, string path)
    {
        var name = type.StartsWith("xstate.", StringComparison.Ordinal) ? type["xstate.".Length..] : type;
        var within = XStateConfigReader.Join(path, "params");
        return new MachineGuard(type, name switch
        {
            "equals" => IsEqual(Text(parameters, "key", within), Value(parameters)),
            "gte" => IsAtLeast(Text(parameters, "key", within), JsonValues.Number(Value(parameters))),
            "eventEquals" => IsEventEqual(Text(parameters, "path", within), Value(parameters)),
            "stateIn" => IsIn(reader.AskedState(Text(parameters, "state", within), XStateConfigReader.Join(within, "state"))),
            "and" => All(Guards(reader, parameters, within)),
            "or" => Any(Guards(reader, parameters, within)),
            "not" => Not(reader.Guard(Property(parameters, "guard"), XStateConfigReader.Join(within, "guard"))),
            "always" => Fixed(Property(parameters, "value").ValueKind == JsonValueKind.True),
            _ => throw new JsonFormatException(path, $"the guard '{type}' is not implemented."),
        });
    }

    private static Func<object?, Event, StateNode[], bool> IsEqual(string key, JsonNode? value) => (context, _, _) =>
        ((JsonObject)context!).TryGetPropertyValue(key, out var actual) && JsonValues.AreEqual(actual, value);

    private static Func<object?, Event, StateNode[], bool> IsAtLeast(string key, double? value) => (context, _, _) =>
        JsonValues.Number(((JsonObject)context!)[key]) >= value;

    private static Func<object?, Event, StateNode[], bool> IsEventEqual(string path, JsonNode? value) => (_, @event, _) =>
        JsonValues.AreEqual(JsonValues.Get(@event, path), value);

    private static Func<object?, Event, StateNode[], bool> IsIn(string state) => (_, _, active) =>
        active[0].Machine.FindState(state) is { } node && Array.IndexOf(active, node) >= 0;

    private static Func<object?, Event, StateNode[], bool> All(MachineGuard[] guards) => (context, @event, active) =>
        Array.TrueForAll(guards, guard => guard.Holds(context, @event, active));

    private static Func<object?, Event, StateNode[], bool> Any(MachineGuard[] guards) => (context, @event, active) =>
        Array.Exists(guards, guard => guard.Holds(context, @event, active));

    private static Func<object?, Event, StateNode[], bool> Not(MachineGuard guard) => (context, @event, active) =>
        !guard.Holds(context, @event, active);

    private static Func<object?, Event, StateNode[], bool> Fixed(bool value) => (_, _, _) => value;

    private static MachineGuard[] Guards(XStateConfigReader reader, JsonElement parameters, string path)
    {
        var guards = Property(parameters, "guards");
        path = XStateConfigReader.Join(path, "guards");
        if (guards.ValueKind != JsonValueKind.Array)
            throw new JsonFormatException(path, "must be a list of guards.");
        return [.. XStateConfigReader.Items(guards, path).Select(item => reader.Guard(item.Json, item.Path))];
    }

    private static JsonNode? Value(JsonElement parameters) => XStateConfigReader.ToNode(Property(parameters, "value"));

    private static string Text(JsonElement parameters, string name, string path) =>
        XStateConfigReader.Text(Property(parameters, name), XStateConfigReader.Join(path, name));

    private static JsonElement Property(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value : default;
}
