using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Binding;
using Gateway.Upstream;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;

namespace Gateway.Streaming;

/// <summary>An instance's snapshot as Restate answered it, with what the machine keeps of its history since the revision that was asked about.</summary>
internal sealed class ObservedSnapshot
{
    private readonly ReadOnlyMemory<byte> _json;
    private TypedSnapshot? _typed;

    private ObservedSnapshot(ReadOnlyMemory<byte> json, ulong revision, bool isActive, IReadOnlyList<HistoryEntry> history)
    {
        _json = json;
        Revision = revision;
        IsActive = isActive;
        History = history;
    }

    public ulong Revision { get; }

    /// <summary>Whether there can be another revision; otherwise the instance is done, failed or stopped.</summary>
    public bool IsActive { get; }

    /// <summary>The oldest first; empty when the machine keeps none, and when nothing was asked.</summary>
    public IReadOnlyList<HistoryEntry> History { get; }

    /// <summary>Reads the handler's answer; null when it is no snapshot with a revision, as of a machine that counts none.</summary>
    /// <exception cref="JsonException">The answer is not JSON.</exception>
    public static ObservedSnapshot? Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var snapshot = document.RootElement;
        if (snapshot.ValueKind != JsonValueKind.Object ||
            !snapshot.TryGetProperty("revision", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetUInt64(out var revision))
        {
            return null;
        }

        var isActive = snapshot.TryGetProperty("status", out var status) && status.ValueEquals("active");
        IReadOnlyList<HistoryEntry> history = snapshot.TryGetProperty("history", out var entries) ? [.. entries.EnumerateArray().Select(ReadEntry)] : [];
        return new ObservedSnapshot(json, revision, isActive, history);
    }

    /// <summary>The user's snapshot message, made once for all who watch through the same service.</summary>
    public ReadOnlyMemory<byte> As(SnapshotShape shape, string objectName, string key, SnapshotWriter writer)
    {
        var typed = _typed;
        if (typed?.Shape != shape)
            _typed = typed = new TypedSnapshot(shape, writer.Write(shape, objectName, key, _json));
        return typed.Message;
    }

    private static HistoryEntry ReadEntry(JsonElement entry)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(entry.GetProperty("value")));
        reader.Read();
        var value = StateValues.Read(ref reader);
        var time = DateTimeOffset.Parse(entry.GetProperty("time").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return new HistoryEntry(entry.GetProperty("revision").GetUInt64(), new Transition
        {
            EventType = entry.GetProperty("event").GetString(),
            Time = Timestamp.FromDateTimeOffset(time),
            States = { StateValues.Paths(value) },
            Value = value,
        });
    }

    private sealed record TypedSnapshot(SnapshotShape Shape, ReadOnlyMemory<byte> Message);
}
