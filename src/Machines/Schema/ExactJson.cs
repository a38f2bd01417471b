using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Machines.Schema;

/// <summary>
/// The text of a message's JSON for Google's parser, which takes every number for a double and so rounds what is beyond 2^53. Long whole
/// numbers of 64-bit fields become text, as canonical JSON has them.
/// </summary>
internal static class ExactJson
{
    // Whole numbers of so many digits are exact as doubles.
    private const int ExactDigits = 15;

    /// <param name="message">The message's type.</param>
    /// <param name="json">The value.</param>
    /// <param name="except">A property to leave out.</param>
    public static string Of(MessageDescriptor message, JsonElement json, string? except)
    {
        var text = json.GetRawText();
        if (except is null && !HasLongNumber(text))
            return text;

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, message, json, except);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, MessageDescriptor message, JsonElement json, string? except = null)
    {
        if (json.ValueKind != JsonValueKind.Object || (except is null && message.IsWellKnown()))
        {
            json.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var property in json.EnumerateObject().Where(property => property.Name != except))
        {
            writer.WritePropertyName(property.Name);
            Write(writer, message.FindFieldInJson(property.Name), property.Value);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FieldDescriptor? field, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object when field is { IsMap: true }:
                writer.WriteStartObject();
                foreach (var entry in json.EnumerateObject())
                {
                    writer.WritePropertyName(entry.Name);
                    Write(writer, field.MessageType.FindFieldByNumber(2), entry.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array when field is { IsRepeated: true }:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                    Write(writer, field, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object when field is { FieldType: FieldType.Message }:
                Write(writer, field.MessageType, json);
                break;
            case JsonValueKind.Number when field is not null && Is64Bit(field) && json.GetRawText() is var number && number.TrimStart('-').All(char.IsAsciiDigit):
                writer.WriteStringValue(number);
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }

    private static bool Is64Bit(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int64 or FieldType.SInt64 or FieldType.UInt64 or FieldType.Fixed64 or FieldType.SFixed64 => true,
        FieldType.Message => field.MessageType.FullName is "google.protobuf.Int64Value" or "google.protobuf.UInt64Value",
        _ => false,
    };

    private static bool HasLongNumber(string text)
    {
        var digits = 0;
        foreach (var c in text)
        {
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits > ExactDigits)
                return true;
        }

        return false;
    }
}
