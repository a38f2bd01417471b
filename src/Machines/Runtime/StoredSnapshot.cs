using System.Buffers;
using System.Text.Json;
using Statecharts;

namespace Machines.Runtime;

/// <summary>
/// A snapshot as it is stored: what callers see, and last, while there are any, the past transitions, the pending work and the owner. One
/// key, so that a plain send writes one entry of the journal.
/// </summary>
internal sealed class StoredSnapshot
{
    /// <summary>To how many levels it may nest: as deep as System.Text.Json reads.</summary>
    public const int MaxDepth = 64;

    private const string Version = "version";
    public const string Revision = "revision";
    private const string History = "history";
    private const string Pending = "pending";
    private const string Owner = "owner";

    public StoredSnapshot(StateMachine definition, Snapshot snapshot, ulong revision)
    {
        var answer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(answer, new JsonWriterOptions { MaxDepth = MaxDepth });
        json.WriteStartObject();
        definition.WriteSnapshotProperties(json, snapshot);
        json.WriteStartArray("tags");
        foreach (var tag in snapshot.Tags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteString(Version, definition.Id);
        json.WriteNumber(Revision, revision);
        json.WriteEndObject();
        json.Flush();
        Answer = answer.WrittenMemory;
    }

    /// <summary>The snapshot as callers see it.</summary>
    public ReadOnlyMemory<byte> Answer { get; }

    /// <summary>The snapshot as those see it who wait for a revision of a machine that keeps its past transitions.</summary>
    public ReadOnlyMemory<byte> AnswerWith(TransitionHistory history, ulong after) => With(json =>
    {
        json.WritePropertyName(History);
        history.Write(json, after);
    });

    /// <summary>The snapshot as it is stored.</summary>
    public ReadOnlyMemory<byte> With(TransitionHistory history, PendingWork pending, string? owner) => history.IsEmpty && pending.IsEmpty && owner is null
        ? Answer
        : With(json =>
        {
            if (!history.IsEmpty)
            {
                json.WritePropertyName(History);
                history.Write(json);
            }

            if (!pending.IsEmpty)
            {
                json.WritePropertyName(Pending);
                pending.Write(json);
            }

            if (owner is not null)
                json.WriteString(Owner, owner);
        });

    /// <summary>What callers see of a stored snapshot.</summary>
    public static ReadOnlyMemory<byte> AnswerOf(ReadOnlyMemory<byte> stored)
    {
        var reader = new Utf8JsonReader(stored.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(History) || reader.ValueTextEquals(Pending) || reader.ValueTextEquals(Owner))
            {
                // From here on there is nothing for callers: cut it off with the comma before it.
                var end = stored.Span[..(int)reader.TokenStartIndex].LastIndexOf((byte)',');
                return (byte[])[.. stored.Span[..end], (byte)'}'];
            }

            reader.Skip();
        }

        return stored;
    }

    public static bool IsDone(ReadOnlyMemory<byte> stored) =>
        JsonElement.Parse(stored.Span).GetProperty("status").ValueEquals(StatusText(ActorStatus.Done));

    /// <returns>Empty when it says nothing of it, which no definition's id is.</returns>
    public static string VersionOf(JsonElement stored) => stored.TryGetProperty(Version, out var version) ? version.GetString()! : "";

    public static TransitionHistory HistoryOf(JsonElement stored, int capacity) =>
        new(capacity, stored.TryGetProperty(History, out var entries) ? entries : default);

    public static PendingWork PendingOf(JsonElement stored) =>
        stored.TryGetProperty(Pending, out var pending) ? PendingWork.Read(pending) : new PendingWork();

    /// <returns>Null when the instance is nobody's child.</returns>
    public static string? OwnerOf(JsonElement stored) => stored.TryGetProperty(Owner, out var owner) ? owner.GetString() : null;

    private ReadOnlyMemory<byte> With(Action<Utf8JsonWriter> properties)
    {
        var more = RequestJson.Write(properties).Span[1..];
        return (byte[])[.. Answer.Span[..^1], (byte)',', .. more];
    }

    public static string StatusText(ActorStatus status) => status switch
    {
        ActorStatus.Active => "active",
        ActorStatus.Done => "done",
        ActorStatus.Error => "error",
        _ => "stopped",
    };
}
