using System.Text.Json;
using Statecharts;

namespace Machines.Runtime;

/// <summary>The last transitions of an instance, the oldest first; as many as its machine keeps.</summary>
internal sealed class TransitionHistory
{
    private const string Revision = "revision";

    private readonly int _capacity;
    private readonly List<JsonElement> _entries = [];

    public TransitionHistory(int capacity) => _capacity = capacity;

    /// <param name="capacity">How many the machine keeps now, which may be fewer than were stored.</param>
    /// <param name="entries">What was stored; undefined for nothing.</param>
    public TransitionHistory(int capacity, JsonElement entries)
        : this(capacity)
    {
        if (entries.ValueKind != JsonValueKind.Undefined)
            _entries.AddRange(entries.EnumerateArray().TakeLast(capacity));
    }

    public bool IsEmpty => _entries.Count == 0;

    public void Add(ulong revision, string eventType, DateTimeOffset time, StateValue value)
    {
        var entry = RequestJson.Write(json =>
        {
            json.WriteNumber(Revision, revision);
            json.WriteString("event", eventType);
            json.WriteString("time", time.UtcDateTime);
            json.WritePropertyName("value");
            value.WriteTo(json);
        });
        if (_entries.Count == _capacity)
            _entries.RemoveAt(0);
        _entries.Add(JsonElement.Parse(entry.Span));
    }

    /// <summary>Writes the entries whose revision is greater than the one given.</summary>
    public void Write(Utf8JsonWriter json, ulong after = 0)
    {
        json.WriteStartArray();
        foreach (var entry in _entries.Where(entry => entry.GetProperty(Revision).GetUInt64() > after))
            entry.WriteTo(json);
        json.WriteEndArray();
    }
}
