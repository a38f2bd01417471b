using System.Text.Json;
using System.Text.Unicode;
using Restate.Sdk;

namespace Machines.Runtime;

/// <summary>The JSON that a handler was called with. Whatever is wrong with it is a 400 that names the field.</summary>
internal readonly struct RequestBody
{
    /// <summary>
    /// To how many levels it may nest. What is stored of it is some levels deeper in a snapshot, or in that of a child's child, which may
    /// nest to <see cref="StoredSnapshot.MaxDepth"/>.
    /// </summary>
    public const int MaxDepth = 32;

    /// <summary>Some 136 years.</summary>
    private const long MaxMilliseconds = uint.MaxValue * 1000L;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = MaxDepth };

    private readonly JsonElement _json;

    private RequestBody(JsonElement json) => _json = json;

    /// <summary>Reads a body; an empty one is an empty object.</summary>
    /// <exception cref="TerminalException">400: not a JSON object, or text in it is no Unicode.</exception>
    public static RequestBody Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return default;

        JsonElement json;
        try
        {
            json = JsonElement.Parse(body.Span, Shallow);
        }
        catch (JsonException e)
        {
            throw Errors.BadRequest("body", $"is not JSON ({e.Message})");
        }

        if (!IsUnicode(body.Span))
            throw Errors.BadRequest("body", "is not valid Unicode");

        return json.ValueKind switch
        {
            JsonValueKind.Object => new RequestBody(json),
            JsonValueKind.Null => default,
            _ => throw Errors.BadRequest("body", $"must be a JSON object, not {Describe(json)}"),
        };
    }

    /// <exception cref="TerminalException">400: a field that is none of these.</exception>
    public void Allow(params ReadOnlySpan<string> names)
    {
        if (_json.ValueKind == JsonValueKind.Undefined)
            return;

        foreach (var property in _json.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                throw Errors.BadRequest(property.Name, $"is not a field of the request; it takes {string.Join(", ", names)}");
        }
    }

    /// <summary>A field as it is; undefined when it is missing or null.</summary>
    public JsonElement this[string name] =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    /// <exception cref="TerminalException">400: not a string.</exception>
    public string? GetString(string name) => this[name] switch
    {
        { ValueKind: JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        var other => throw Errors.BadRequest(name, $"must be a string, not {Describe(other)}"),
    };

    /// <exception cref="TerminalException">400: missing or not a string.</exception>
    public string RequireString(string name) => GetString(name) ?? throw Errors.BadRequest(name, "is required");

    /// <summary>False when it is missing.</summary>
    /// <exception cref="TerminalException">400: neither true nor false.</exception>
    public bool GetBoolean(string name) => this[name] switch
    {
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        var other => throw Errors.BadRequest(name, $"must be true or false, not {Describe(other)}"),
    };

    /// <exception cref="TerminalException">400: not a number of milliseconds, fractions included, negative, or beyond what can be waited for.</exception>
    public TimeSpan? GetMilliseconds(string name)
    {
        var value = this[name];
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var milliseconds) || milliseconds is not (>= 0 and <= MaxMilliseconds))
            throw Errors.BadRequest(name, $"must be a number of milliseconds from 0 to {MaxMilliseconds}, not {value.GetRawText()}");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    /// <summary>The parser lets invalid UTF-8 and lone surrogates pass, and whoever reads such a text later would throw.</summary>
    private static bool IsUnicode(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;
        if (json.IndexOf("\\u"u8) < 0)
            return true;

        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    reader.GetString();
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Describe(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => json.GetRawText(),
    };
}
