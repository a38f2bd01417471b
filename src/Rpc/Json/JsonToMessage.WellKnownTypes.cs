using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;

namespace Rpc.Json;

internal ref partial struct JsonToMessage
{
    private void ReadAny(ref Utf8JsonReader json, int depth)
    {
        Expect(JsonTokenType.StartObject, "an object", ref json);
        var ahead = json;
        var typeUrl = FindTypeUrl(ref ahead, out var isEmpty);
        _lookedAhead += ahead.BytesConsumed - json.BytesConsumed;
        if (_lookedAhead > _options.MaxInputBytes)
            throw new TranscodingException("\"@type\" must come first where a google.protobuf.Any is large and holds others");
        if (typeUrl is null)
        {
            if (!isEmpty)
                throw new TranscodingException("a google.protobuf.Any needs \"@type\"");
            Read(ref json);
            return;
        }

        var plan = AnyTypes.Resolve(_anyResolver, typeUrl);
        _message.WriteTag(1, WireFormat.WireType.LengthDelimited);
        _message.WriteText(typeUrl);
        var start = _message.Here;
        _message.WriteTag(2, WireFormat.WireType.LengthDelimited);
        var value = _message.BeginMessage();
        var empty = _message.Here;
        ReadAnyContent(plan, ref json, depth);
        if (_message.Here == empty)
            _message.GoBack(start);
        else
            _message.EndMessage(value);
    }

    /// <param name="json">A copy of the reader on the object's start, so that what is read can be read again.</param>
    /// <param name="isEmpty">Whether the object has no properties.</param>
    private string? FindTypeUrl(ref Utf8JsonReader json, out bool isEmpty)
    {
        isEmpty = true;
        for (Read(ref json); json.TokenType == JsonTokenType.PropertyName; Read(ref json))
        {
            isEmpty = false;
            if (!Text(ref json).SequenceEqual("@type"u8))
            {
                Skip(ref json);
                continue;
            }

            Read(ref json);
            if (json.TokenType != JsonTokenType.String)
                throw new TranscodingException("@type", $"expected a string, but got {Describe(json.TokenType)}");
            var typeUrl = Text(ref json);
            return Utf8.IsValid(typeUrl) ? Encoding.UTF8.GetString(typeUrl) : throw NotUnicode();
        }

        return null;
    }

    private void ReadAnyContent(MessagePlan plan, ref Utf8JsonReader json, int depth)
    {
        if (plan.WellKnownType is WellKnownType.None or WellKnownType.Empty)
        {
            NestingLimit.Check(depth, _options);
            ReadFields(plan, ref json, depth + 1, isInAny: true);
            return;
        }

        var hasValue = false;
        for (Read(ref json); json.TokenType == JsonTokenType.PropertyName; Read(ref json))
        {
            if (!Text(ref json).SequenceEqual("value"u8))
            {
                ReadUnknownField(plan, ref json, depth, isInAny: true);
                continue;
            }

            if (hasValue)
                throw new TranscodingException("value", "the field is there twice");
            hasValue = true;
            try
            {
                Read(ref json);
                ReadMessage(plan, ref json, depth);
            }
            catch (TranscodingException e) when (e.Within("value"))
            {
                throw;
            }
        }

        if (!hasValue)
            throw new TranscodingException("value", $"a {plan.FullName} in a google.protobuf.Any needs \"value\"");
    }

    private void ReadTimestamp(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String || !TimestampText.TryParse(Text(ref json), out var seconds, out var nanos))
            throw Unexpected("a time such as \"2026-01-31T12:00:00.5Z\"", ref json);
        WriteSeconds(seconds, nanos);
    }

    private void ReadDuration(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String || !DurationText.TryParse(Text(ref json), out var seconds, out var nanos))
            throw Unexpected("a duration in seconds such as \"1.5s\"", ref json);
        WriteSeconds(seconds, nanos);
    }

    private void WriteSeconds(long seconds, int nanos)
    {
        if (seconds != 0)
        {
            _message.WriteTag(1, WireFormat.WireType.Varint);
            _message.WriteVarint((ulong)seconds);
        }

        if (nanos != 0)
        {
            _message.WriteTag(2, WireFormat.WireType.Varint);
            _message.WriteVarint((ulong)nanos);
        }
    }

    private void ReadFieldMask(ref Utf8JsonReader json)
    {
        Expect(JsonTokenType.String, "field paths in a string", ref json);
        var text = Text(ref json);
        if (!Utf8.IsValid(text))
            throw NotUnicode();
        foreach (var range in text.Split((byte)','))
        {
            var path = text[range];
            if (path.IsEmpty)
                continue;
            _message.WriteTag(1, WireFormat.WireType.LengthDelimited);
            if (!FieldMaskText.TryParse(path, _message.BeginBytes(2 * path.Length), out var length))
                throw Unexpected("field paths in lowerCamelCase", ref json);
            _message.EndBytes(2 * path.Length, length);
        }
    }

    private void ReadAnyValue(MessagePlan plan, ref Utf8JsonReader json, int depth)
    {
        // The fields of google.protobuf.Value, in their order: null, number, string, bool, struct, list.
        var field = plan.Fields[json.TokenType switch
        {
            JsonTokenType.Null => 0,
            JsonTokenType.Number => 1,
            JsonTokenType.String => 2,
            JsonTokenType.True or JsonTokenType.False => 3,
            JsonTokenType.StartObject => 4,
            JsonTokenType.StartArray => 5,
            _ => throw Unexpected("a value", ref json),
        }];
        ReadSingular(field, ref json, depth);
    }
}
