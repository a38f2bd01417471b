using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Statecharts;

namespace Machines.Schema;

/// <summary>Writes messages as their canonical JSON, reads them from it, and names the field of what does not fit.</summary>
/// <param name="types">What a <c>google.protobuf.Any</c> may hold.</param>
internal sealed class MessageJson(TypeRegistry types)
{
    private readonly JsonFormatter _formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(types));
    private readonly JsonParser _strict = new(JsonParser.Settings.Default.WithTypeRegistry(types));
    private readonly JsonParser _lenient = new(JsonParser.Settings.Default.WithTypeRegistry(types).WithIgnoreUnknownFields(true));

    public string Format(IMessage message) => _formatter.Format(message);

    /// <summary>Reads what somebody sent: a field that the message does not have is a mistake.</summary>
    /// <param name="descriptor">The message's type.</param>
    /// <param name="json">The value.</param>
    /// <param name="except">A property that is not part of the message.</param>
    /// <exception cref="JsonFormatException">The value does not fit; the path names where.</exception>
    public IMessage Parse(MessageDescriptor descriptor, JsonElement json, string? except = null) =>
        Parse(_strict, descriptor, json, except);

    /// <summary>Reads what this or another deployment stored, whose message may have fields that this one's does not: they are dropped.</summary>
    /// <inheritdoc cref="Parse(MessageDescriptor, JsonElement, string?)"/>
    public IMessage ParseStored(MessageDescriptor descriptor, JsonElement json, string? except = null) => Parse(_lenient, descriptor, json, except);

    private static IMessage Parse(JsonParser parser, MessageDescriptor descriptor, JsonElement json, string? except)
    {
        try
        {
            return parser.Parse(ExactJson.Of(descriptor, json, except), descriptor);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw new JsonFormatException(PathOf(parser, descriptor, json, except), Explain(e), e);
        }
    }

    // InvalidJsonException and InvalidProtocolBufferException are both IOExceptions; a number out of range is a FormatException.
    private static bool IsMalformed(Exception e) => e is IOException or FormatException or OverflowException or InvalidOperationException;

    private static string Explain(Exception e) => e.Message.StartsWith("Unknown field", StringComparison.Ordinal) ? "is not a field of the message" : e.Message;

    /// <summary>The parser does not say where it stopped: try the fields one by one, and go into the one that fails.</summary>
    private static string PathOf(JsonParser parser, MessageDescriptor descriptor, JsonElement json, string? except)
    {
        if (json.ValueKind != JsonValueKind.Object || descriptor.IsWellKnown())
            return "";

        foreach (var property in json.EnumerateObject())
        {
            if (property.Name == except || Fits(parser, descriptor, property))
                continue;

            var field = descriptor.FindFieldInJson(property.Name);
            return field is { FieldType: FieldType.Message, IsMap: false } ? property.Name + PathBelow(parser, field, property.Value) : property.Name;
        }

        return "";
    }

    private static string PathBelow(JsonParser parser, FieldDescriptor field, JsonElement value)
    {
        if (!field.IsRepeated)
            return Join(PathOf(parser, field.MessageType, value, null));
        if (value.ValueKind != JsonValueKind.Array)
            return "";

        for (var i = 0; i < value.GetArrayLength(); i++)
        {
            if (!Fits(parser, field.MessageType, value[i]))
                return $"[{i}]{Join(PathOf(parser, field.MessageType, value[i], null))}";
        }

        return "";
    }

    private static string Join(string path) => path.Length == 0 ? "" : "." + path;

    private static bool Fits(JsonParser parser, MessageDescriptor descriptor, JsonProperty property) =>
        Fits(parser, descriptor, JsonElement.Parse($"{{{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()}}}"));

    private static bool Fits(JsonParser parser, MessageDescriptor descriptor, JsonElement json)
    {
        try
        {
            parser.Parse(ExactJson.Of(descriptor, json, except: null), descriptor);
            return true;
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return false;
        }
    }
}
