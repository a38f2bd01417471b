using System.Text.Json;
using Statecharts;

namespace Machines;

/// <summary>The snapshot of another machine's instance, as a <see cref="MachineRequest{TInput, TOutput}"/> was answered.</summary>
public sealed class RemoteSnapshot
{
    private readonly JsonElement _json;
    private readonly DataModel _model;

    internal RemoteSnapshot(JsonElement json, DataModel model)
    {
        _json = json;
        _model = model;
    }

    /// <summary>Where it is in its life.</summary>
    public ActorStatus Status => Enum.Parse<ActorStatus>(_json.GetProperty("status").GetString()!, ignoreCase: true);

    /// <summary>XState's state value: the name of the active state, or an object of those of its regions.</summary>
    public JsonElement Value => _json.GetProperty("value");

    /// <summary>The tags of the active states, sorted.</summary>
    public IReadOnlyList<string> Tags => [.. _json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];

    /// <summary>The definition that it runs on; null for a machine written in TypeScript, whose snapshots do not say.</summary>
    public string? Version => Find("version") is { ValueKind: JsonValueKind.String } version ? version.GetString() : null;

    /// <summary>How many macrosteps it has taken, its creation included; null for a machine written in TypeScript, which does not count them.</summary>
    public ulong? Revision => Find("revision") is { ValueKind: JsonValueKind.Number } revision ? revision.GetUInt64() : null;

    /// <summary>Why it failed; null unless <see cref="Status"/> is <see cref="ActorStatus.Error"/>.</summary>
    public ActorError? Error => ActorError.Read(Find("error"));

    /// <summary>Its data, as the invoking machine's data is read.</summary>
    /// <exception cref="JsonFormatException">It does not fit the type; the path names where.</exception>
    public TContext Context<TContext>() => (TContext)_model.Read(_json.GetProperty("context"), typeof(TContext))!;

    /// <summary>What it ended with; the default of the type while there is none.</summary>
    /// <exception cref="JsonFormatException">It does not fit the type; the path names where.</exception>
    public TOutput? Output<TOutput>() => Find("output") is { ValueKind: not JsonValueKind.Undefined } output ? (TOutput?)_model.Read(output, typeof(TOutput)) : default;

    /// <summary>The snapshot as JSON.</summary>
    public override string ToString() => _json.GetRawText();

    private JsonElement Find(string name) => _json.TryGetProperty(name, out var value) ? value : default;
}
