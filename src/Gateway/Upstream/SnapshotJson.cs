using System.Text.Json;
using Machines.V1;
using Rpc.Json;

namespace Gateway.Upstream;

/// <summary>A machine's snapshot, read from start to end once: the answer of nearly every call is one.</summary>
internal ref struct SnapshotJson
{
    /// <summary>What a snapshot says whatever its machine. Machines of <c>@restatedev/xstate</c> tell no version and count no revisions.</summary>
    public SnapshotInfo Info { get; private set; }

    /// <summary>The context, JSON; empty when there is none.</summary>
    public ReadOnlySpan<byte> Context { get; private set; }

    /// <summary>The output, JSON; empty when there is none.</summary>
    public ReadOnlySpan<byte> Output { get; private set; }

    /// <exception cref="Exception">As <see cref="IsMisfit"/> has it.</exception>
    public static SnapshotJson Read(string key, ReadOnlySpan<byte> json)
    {
        var snapshot = new SnapshotJson { Info = new SnapshotInfo { Key = key } };
        var info = snapshot.Info;
        JsonElement? error = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("it is no object");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsNext("status"u8, ref reader))
                info.Status = StatusOf(reader.GetString());
            else if (IsNext("version"u8, ref reader))
                info.Version = reader.GetString();
            else if (IsNext("revision"u8, ref reader))
                info.Revision = reader.GetUInt64();
            else if (IsNext("value"u8, ref reader))
                info.Value = StateValues.Read(ref reader);
            else if (IsNext("tags"u8, ref reader))
                ReadTags(info, ref reader);
            else if (IsNext("error"u8, ref reader))
                error = JsonElement.ParseValue(ref reader);
            else if (IsNext("context"u8, ref reader))
                snapshot.Context = Skip(json, ref reader);
            else if (IsNext("output"u8, ref reader))
                snapshot.Output = Skip(json, ref reader);
            else
                reader.Skip();
        }

        // Only behind the last byte does the reader know that it is the last.
        reader.Read();
        if (info.Status == Status.Unspecified)
            throw new FormatException("status: is missing");
        if (info.Value is not null)
            info.States.AddRange(StateValues.Paths(info.Value));
        if (info.Status == Status.Error)
            info.Error = ErrorOf(error);
        return snapshot;
    }

    /// <summary>Whether an exception says that a snapshot is not what it should be. For null where text should be, the message's setter says so.</summary>
    public static bool IsMisfit(Exception e) =>
        e is JsonException or TranscodingException or InvalidOperationException or FormatException or ArgumentNullException;

    /// <summary>Goes on to the property's value if this is its name.</summary>
    private static bool IsNext(ReadOnlySpan<byte> property, ref Utf8JsonReader reader) => reader.ValueTextEquals(property) && reader.Read();

    /// <summary>Null is as good as nothing.</summary>
    private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> json, scoped ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var isNull = reader.TokenType == JsonTokenType.Null;
        reader.Skip();
        return isNull ? default : json[start..(int)reader.BytesConsumed];
    }

    private static void ReadTags(SnapshotInfo info, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException("tags: is no array");

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            info.Tags.Add(reader.GetString());
    }

    private static Status StatusOf(string? status) => status switch
    {
        "active" => Status.Active,
        "done" => Status.Done,
        "error" => Status.Error,
        "stopped" => Status.Stopped,
        _ => throw new FormatException($"status: unknown value '{status}'"),
    };

    private static MachineError ErrorOf(JsonElement? thrown)
    {
        if (thrown is not { } error)
            return new MachineError();
        if (error.ValueKind != JsonValueKind.Object)
            return new MachineError { Message = error.ToString() };
        return new MachineError
        {
            Message = TextOf(error, "message") ?? error.GetRawText(),
            Name = TextOf(error, "name") ?? "",
            Code = error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number : 0,
            Source = TextOf(error, "source") ?? "",
        };
    }

    private static string? TextOf(JsonElement json, string property) => json.TryGetProperty(property, out var text) ? text.ToString() : null;
}
