using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Statecharts;

namespace Machines.Schema;

/// <summary>Reads messages from their canonical JSON, and names the field of what does not fit.</summary>
internal static class MessageJson
{
    private static readonly JsonParser Lenient = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Reads what somebody sent: a field that the message does not have is a mistake.</summary>
    /// <param name="descriptor">The message's type.</param>
    /// <param name="json">The value.</param>
    /// <param name="except">A property that is not part of the message.</param>
    /// <exception cref="JsonFormatException">The value does not fit; the path names where.</exception>
    public static IMessage Parse(MessageDescriptor descriptor, JsonElement json, string? except = null) =>
        Parse(JsonParser.Default, descriptor, json, except);

    /// <summary>Reads what this or another deployment stored, whose message may have fields that this one's does not: they are dropped.</summary>
    /// <inheritdoc cref="Parse(MessageDescriptor, JsonElement, string?)"/>
    public static IMessage ParseStored(MessageDescriptor descriptor, JsonElement json, string? except = null) => Parse(Lenient, descriptor, json, except);

    private static IMessage Parse(JsonParser parser, MessageDescriptor descriptor, JsonElement json, string? except)
    {
        var text = except is null ? json.GetRawText() : Without(json, except);
        try
        {
            return parser.Parse(text, descriptor);
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
        if (json.ValueKind != JsonValueKind.Object || IsWellKnown(descriptor))
            return "";

        foreach (var property in json.EnumerateObject())
        {
            if (property.Name == except || Fits(parser, descriptor, property))
                continue;

            var field = descriptor.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == property.Name || field.Name == property.Name);
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
        Fits(parser, descriptor, $"{{{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()}}}");

    private static bool Fits(JsonParser parser, MessageDescriptor descriptor, JsonElement value) => Fits(parser, descriptor, value.GetRawText());

    private static bool Fits(JsonParser parser, MessageDescriptor descriptor, string json)
    {
        try
        {
            parser.Parse(json, descriptor);
            return true;
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return false;
        }
    }

    private static bool IsWellKnown(MessageDescriptor descriptor) => descriptor.File.Package == "google.protobuf";

    private static string Without(JsonElement json, string name)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in json.EnumerateObject())
            {
                if (property.Name != name)
                    property.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
