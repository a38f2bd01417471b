using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>What the built-in actions and guards do with JSON values.</summary>
internal static class JsonValues
{
    private static readonly string[] s_fromActors = [Event.DoneActorPrefix, Event.ErrorActorPrefix];

    internal static bool AreEqual(JsonNode? a, JsonNode? b)
    {
        if (Number(a) is { } x && Number(b) is { } y)
            return x.Equals(y);
        return JsonNode.DeepEquals(a, b);
    }

    internal static double? Number(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return null;
        return value.TryGetValue<long>(out var whole) ? whole
            : value.TryGetValue<double>(out var number) ? number
            : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
    }

    /// <summary>JavaScript's <c>(value ?? 0) + number</c>: to a text, the number is appended.</summary>
    internal static JsonValue Add(JsonNode? value, double number) =>
        value is JsonValue text && text.GetValueKind() == JsonValueKind.String
            ? JsonValue.Create(text.GetValue<string>() + JsObject.Text(number))
            : FromNumber((Number(value) ?? 0) + number);

    private static JsonValue FromNumber(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? JsonValue.Create((long)number) : JsonValue.Create(number);

    /// <summary>A value in an event by dotted path; null when there is none.</summary>
    internal static JsonNode? Get(Event @event, string path)
    {
        // An Error has no properties that JSON.stringify would write.
        if (@event.Data is ActorError && path == "error")
            return new JsonObject();
        JsonNode? node = ToJson(@event);
        foreach (var name in path.Split('.'))
        {
            node = node switch
            {
                JsonObject fields => fields[name],
                JsonArray items when int.TryParse(name, CultureInfo.InvariantCulture, out var i) && i >= 0 && i < items.Count => items[i],
                _ => null,
            };
        }
        return node;
    }

    /// <summary>The event as XState's functions see it.</summary>
    private static JsonObject ToJson(Event @event)
    {
        if (@event.Data is JsonObject fields && !@event.IsInternal)
            return fields.ContainsKey("type") ? fields : With(fields.DeepClone().AsObject(), "type", @event.Type);
        var json = new JsonObject { ["type"] = @event.Type };
        foreach (var prefix in s_fromActors)
        {
            if (@event.Type.StartsWith(prefix, StringComparison.Ordinal))
                json["actorId"] = @event.Type[prefix.Length..];
        }
        return @event switch
        {
            { Data: ActorError error } => With(json, "error", ToJson(error)),
            { Data: Snapshot snapshot } => With(json, "snapshot", JsonNode.Parse(snapshot.ToString())),
            { Type: Event.InitType, Data: JsonNode input } => With(json, "input", input.DeepClone()),
            { IsInternal: true, Data: JsonNode output } => With(json, "output", output.DeepClone()),
            _ => json,
        };
    }

    private static JsonObject ToJson(ActorError error)
    {
        var json = new JsonObject { ["name"] = error.Name, ["message"] = error.Message };
        return error.Code is { } code ? With(json, "code", code) : json;
    }

    private static JsonObject With(JsonObject json, string name, JsonNode? value)
    {
        json[name] = value;
        return json;
    }
}
