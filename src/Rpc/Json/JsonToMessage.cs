using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>Reads JSON into encoded messages. One is made for each call.</summary>
internal ref partial struct JsonToMessage(JsonTranscoderOptions options, Func<string, MessageDescriptor?> anyResolver)
{
    private const int WordsOnStack = 8;
    private const int BitsPerWord = 64;
    private const int MaxQuotedLength = 40;

    private readonly JsonTranscoderOptions _options = options;
    private readonly Func<string, MessageDescriptor?> _anyResolver = anyResolver;
    private MessageBuffer _message = new(options.MaxOutputBytes);
    private byte[] _text = [];

    // How many bytes were searched for "@type", which would be read once for each Any around them if nothing set a limit.
    private long _lookedAhead;

    public readonly void Dispose()
    {
        _message.Dispose();
        if (_text.Length > 0)
            ArrayPool<byte>.Shared.Return(_text);
    }

    public readonly void CopyTo(IBufferWriter<byte> output) => _message.CopyTo(output);

    /// <summary>Goes to the next token.</summary>
    public static void Read(ref Utf8JsonReader json)
    {
        if (!TryRead(ref json))
            throw new TranscodingException("the JSON ends early");
    }

    public static bool TryRead(ref Utf8JsonReader json)
    {
        try
        {
            return json.Read();
        }
        catch (JsonException e)
        {
            throw new TranscodingException($"malformed JSON: {e.Message}", e);
        }
    }

    /// <summary>Reads one JSON value as a message, and appends the message without a length.</summary>
    /// <param name="plan">The message's type.</param>
    /// <param name="json">On the value's first token; afterwards on its last.</param>
    /// <param name="depth">How many messages this one is nested in.</param>
    public void ReadMessage(MessagePlan plan, ref Utf8JsonReader json, int depth)
    {
        // A Value is only a place for another value, so it does not count.
        if (plan.WellKnownType == WellKnownType.Value)
        {
            ReadAnyValue(plan, ref json, depth);
            return;
        }

        NestingLimit.Check(depth, _options);
        switch (plan.WellKnownType)
        {
            case WellKnownType.Any:
                ReadAny(ref json, depth + 1);
                break;
            case WellKnownType.Duration:
                ReadDuration(ref json);
                break;
            case WellKnownType.FieldMask:
                ReadFieldMask(ref json);
                break;
            case WellKnownType.ListValue:
                ReadList(plan.Fields[0], ref json, depth + 1);
                break;
            case WellKnownType.Struct:
                ReadMap(plan.Fields[0], ref json, depth + 1);
                break;
            case WellKnownType.Timestamp:
                ReadTimestamp(ref json);
                break;
            case WellKnownType.Wrapper:
                ReadSingular(plan.Fields[0], ref json, depth + 1);
                break;
            default:
                Expect(JsonTokenType.StartObject, "an object", ref json);
                ReadFields(plan, ref json, depth + 1, isInAny: false);
                break;
        }
    }

    /// <param name="plan">The message's type.</param>
    /// <param name="json">On the object's start; afterwards on its end.</param>
    /// <param name="depth">How many messages the fields are nested in.</param>
    /// <param name="isInAny">Whether the object is that of an Any, whose <c>@type</c> is no field.</param>
    private void ReadFields(MessagePlan plan, ref Utf8JsonReader json, int depth, bool isInAny)
    {
        // A bit for each field, and one for each oneof.
        var words = (plan.Fields.Length + plan.OneofCount + BitsPerWord - 1) / BitsPerWord;
        var seen = words <= WordsOnStack ? stackalloc ulong[WordsOnStack] : new ulong[words];
        var expected = 0;
        for (Read(ref json); json.TokenType == JsonTokenType.PropertyName; Read(ref json))
        {
            var field = FindField(plan, ref json, expected);
            if (field is null)
            {
                ReadUnknownField(plan, ref json, depth, isInAny);
                continue;
            }

            expected = field.Index + 1;
            try
            {
                if (!TryMark(seen, field.Index))
                    throw new TranscodingException("the field is there twice");
                Read(ref json);
                if (json.TokenType == JsonTokenType.Null && (!field.AcceptsNull || field.IsRepeated || field.IsMap))
                    continue;
                if (field.Oneof >= 0 && !TryMark(seen, plan.Fields.Length + field.Oneof))
                    throw new TranscodingException("another field of the same oneof is set");
                ReadField(field, ref json, depth);
            }
            catch (TranscodingException e) when (e.Within(_options.PreserveProtoNames ? field.Name : field.JsonName))
            {
                throw;
            }
        }
    }

    private static bool TryMark(Span<ulong> seen, int bit)
    {
        ref var word = ref seen[bit / BitsPerWord];
        var mask = 1ul << bit;
        var isNew = (word & mask) == 0;
        word |= mask;
        return isNew;
    }

    /// <param name="plan">The message's type.</param>
    /// <param name="json">On a property's name.</param>
    /// <param name="expected">The field to try first: most JSON has its fields in their order.</param>
    private FieldPlan? FindField(MessagePlan plan, ref Utf8JsonReader json, int expected)
    {
        var name = Text(ref json);
        return expected < plan.Fields.Length && name.SequenceEqual(plan.Fields[expected].JsonNameUtf8)
            ? plan.Fields[expected]
            : plan.FindByName(name);
    }

    private void ReadUnknownField(MessagePlan plan, ref Utf8JsonReader json, int depth, bool isInAny)
    {
        if (isInAny && Text(ref json).SequenceEqual("@type"u8))
        {
            Skip(ref json);
        }
        else if (isInAny && plan.WellKnownType == WellKnownType.Empty && Text(ref json).SequenceEqual("value"u8))
        {
            Read(ref json);
            ReadMessage(plan, ref json, depth);
        }
        else if (_options.IgnoreUnknownFields)
        {
            Skip(ref json);
        }
        else
        {
            throw new TranscodingException(Excerpt(Text(ref json)), $"{plan.FullName} has no such field");
        }
    }

    /// <summary>Goes from a property's name to the end of its value.</summary>
    private static void Skip(ref Utf8JsonReader json)
    {
        try
        {
            if (json.TrySkip())
                return;
        }
        catch (JsonException e)
        {
            throw new TranscodingException($"malformed JSON: {e.Message}", e);
        }

        throw new TranscodingException("the JSON ends early");
    }

    private void ReadField(FieldPlan field, ref Utf8JsonReader json, int depth)
    {
        if (field.IsGroup)
            throw new TranscodingException("groups (delimited encoding) are not supported");
        if (field.IsMap)
            ReadMap(field, ref json, depth);
        else if (field.IsPacked)
            ReadPackedList(field, ref json);
        else if (field.IsRepeated)
            ReadList(field, ref json, depth);
        else
            ReadSingular(field, ref json, depth);
    }

    private void ReadSingular(FieldPlan field, ref Utf8JsonReader json, int depth)
    {
        var start = _message.Here;
        _message.WriteTag(field.Number, field.WireType);
        if (!TryReadValue(field, ref json, depth, out var isDefault) || (isDefault && !field.HasPresence))
            _message.GoBack(start);
    }

    private void ReadList(FieldPlan field, ref Utf8JsonReader json, int depth)
    {
        Expect(JsonTokenType.StartArray, "an array", ref json);
        var i = 0;
        try
        {
            for (Read(ref json); json.TokenType != JsonTokenType.EndArray; Read(ref json))
            {
                RefuseNull(field, ref json);
                var start = _message.Here;
                _message.WriteTag(field.Number, field.WireType);
                if (!TryReadValue(field, ref json, depth, out _))
                    _message.GoBack(start);
                i++;
            }
        }
        catch (TranscodingException e) when (e.WithinElement(i))
        {
            throw;
        }
    }

    private void ReadPackedList(FieldPlan field, ref Utf8JsonReader json)
    {
        Expect(JsonTokenType.StartArray, "an array", ref json);
        var start = _message.Here;
        _message.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
        var packed = _message.BeginMessage();
        var empty = _message.Here;
        var i = 0;
        try
        {
            for (Read(ref json); json.TokenType != JsonTokenType.EndArray; Read(ref json))
            {
                RefuseNull(field, ref json);
                if (TryReadScalar(field, ref json, out var bits))
                    WriteScalar(field.Type, bits);
                i++;
            }
        }
        catch (TranscodingException e) when (e.WithinElement(i))
        {
            throw;
        }

        if (_message.Here == empty)
            _message.GoBack(start);
        else
            _message.EndMessage(packed);
    }

    private void ReadMap(FieldPlan field, ref Utf8JsonReader json, int depth)
    {
        Expect(JsonTokenType.StartObject, "an object", ref json);
        for (Read(ref json); json.TokenType == JsonTokenType.PropertyName; Read(ref json))
        {
            var start = _message.Here;
            _message.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
            var entry = _message.BeginMessage();
            var content = _message.Here;
            ReadKey(field.Key!, ref json);
            try
            {
                Read(ref json);
                RefuseNull(field.Value!, ref json);
                _message.WriteTag(field.Value!.Number, field.Value.WireType);
                if (TryReadValue(field.Value, ref json, depth, out _))
                    _message.EndMessage(entry);
                else
                    _message.GoBack(start);
            }
            catch (TranscodingException e) when (e.Within(KeySegment(field, content)))
            {
                throw;
            }
        }
    }

    /// <summary>How a path names the entry whose key was written last.</summary>
    private readonly string KeySegment(FieldPlan map, MessageBuffer.Checkpoint entry) =>
        MapEntry.ReadKey(map, _message.Since(entry)).PathSegment(map);

    private void ReadKey(FieldPlan key, ref Utf8JsonReader json)
    {
        _message.WriteTag(key.Number, key.WireType);
        switch (key.Type)
        {
            case FieldType.String:
                WriteText(ref json);
                break;
            case FieldType.Bool:
                var isTrue = Text(ref json).SequenceEqual("true"u8);
                if (!isTrue && !Text(ref json).SequenceEqual("false"u8))
                    throw Unexpected("a map key true or false", ref json);
                WriteScalar(key.Type, isTrue ? 1ul : 0);
                break;
            default:
                WriteScalar(key.Type, ReadInteger(key.Type, ref json));
                break;
        }
    }

    private static void RefuseNull(FieldPlan field, ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null && !field.AcceptsNull)
            throw new TranscodingException("null cannot be an element of a list or a map");
    }

    /// <summary>Reads a field's value, or an element's, after its tag was written.</summary>
    /// <returns>False if the value is to be dropped, being an enum's unknown name.</returns>
    private bool TryReadValue(FieldPlan field, ref Utf8JsonReader json, int depth, out bool isDefault)
    {
        isDefault = false;
        switch (field.Type)
        {
            case FieldType.Message:
                var message = _message.BeginMessage();
                ReadMessage(field.Message, ref json, depth);
                _message.EndMessage(message);
                return true;
            case FieldType.String:
                Expect(JsonTokenType.String, "a string", ref json);
                isDefault = WriteText(ref json) == 0;
                return true;
            case FieldType.Bytes:
                isDefault = WriteBase64(ref json) == 0;
                return true;
            default:
                if (!TryReadScalar(field, ref json, out var bits))
                    return false;
                isDefault = bits == 0;
                WriteScalar(field.Type, bits);
                return true;
        }
    }

    /// <param name="field">The field that the value is of, or an element of.</param>
    /// <param name="json">On the value.</param>
    /// <param name="bits">As <see cref="FieldOccurrence.Bits"/>.</param>
    /// <returns>False if the value is to be dropped, being an enum's unknown name.</returns>
    private bool TryReadScalar(FieldPlan field, ref Utf8JsonReader json, out ulong bits)
    {
        switch (field.Type)
        {
            case FieldType.Bool:
                if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    throw Unexpected("true or false", ref json);
                bits = json.TokenType == JsonTokenType.True ? 1ul : 0;
                return true;
            case FieldType.Double:
                bits = BitConverter.DoubleToUInt64Bits(ReadDouble(ref json));
                return true;
            case FieldType.Float:
                bits = BitConverter.SingleToUInt32Bits(ReadFloat(ref json));
                return true;
            case FieldType.Enum:
                return TryReadEnum(field.Enum!, ref json, out bits);
            default:
                bits = ReadInteger(field.Type, ref json);
                return true;
        }
    }

    private bool TryReadEnum(EnumPlan plan, ref Utf8JsonReader json, out ulong bits)
    {
        bits = 0;
        switch (json.TokenType)
        {
            case JsonTokenType.Null when plan.IsNullValue:
                return true;
            case JsonTokenType.Number:
                bits = ReadInteger(FieldType.Int32, ref json);
                return true;
            case JsonTokenType.String when plan.TryGetNumber(Text(ref json), out var number):
                bits = (ulong)number;
                return true;
            case JsonTokenType.String when _options.IgnoreUnknownFields:
                return false;
            default:
                throw Unexpected($"a value of {plan.FullName}", ref json);
        }
    }

    private void WriteScalar(FieldType type, ulong bits)
    {
        switch (type)
        {
            case FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64:
                _message.WriteFixed64(bits);
                break;
            case FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32:
                _message.WriteFixed32((uint)bits);
                break;
            case FieldType.SInt32 or FieldType.SInt64:
                _message.WriteVarint((bits << 1) ^ (ulong)((long)bits >> 63));
                break;
            default:
                _message.WriteVarint(bits);
                break;
        }
    }

    /// <summary>Writes a string, or a property's name, with its length.</summary>
    /// <returns>How long it is.</returns>
    private int WriteText(ref Utf8JsonReader json)
    {
        if (!json.HasValueSequence && !json.ValueIsEscaped)
        {
            _message.WriteBytes(Utf8.IsValid(json.ValueSpan) ? json.ValueSpan : throw NotUnicode());
            return json.ValueSpan.Length;
        }

        var maxLength = EncodedLength(ref json);
        var length = CopyString(ref json, _message.BeginBytes(maxLength));
        _message.EndBytes(maxLength, length);
        return length;
    }

    /// <returns>How many bytes the text stands for.</returns>
    private int WriteBase64(ref Utf8JsonReader json)
    {
        Expect(JsonTokenType.String, "base64 in a string", ref json);
        var maxLength = EncodedLength(ref json) + Base64Text.MaxPadding;
        var buffer = _message.BeginBytes(maxLength);
        var textLength = CopyString(ref json, buffer);
        if (!Base64Text.TryDecode(buffer, textLength, out var length))
            throw Unexpected("base64", ref json);
        _message.EndBytes(maxLength, length);
        return length;
    }

    /// <summary>
    /// The text of a string, a property's name or a number, escapes resolved. Valid until the next call; not checked to be
    /// valid UTF-8.
    /// </summary>
    private ReadOnlySpan<byte> Text(ref Utf8JsonReader json)
    {
        if (!json.HasValueSequence && !json.ValueIsEscaped)
            return json.ValueSpan;

        var maxLength = EncodedLength(ref json);
        if (_text.Length < maxLength)
        {
            var rented = ArrayPool<byte>.Shared.Rent(maxLength);
            if (_text.Length > 0)
                ArrayPool<byte>.Shared.Return(_text);
            _text = rented;
        }

        if (json.TokenType != JsonTokenType.Number)
            return _text.AsSpan(0, CopyString(ref json, _text));
        json.ValueSequence.CopyTo(_text);
        return _text.AsSpan(0, maxLength);
    }

    private static int EncodedLength(ref Utf8JsonReader json) =>
        json.HasValueSequence ? (int)json.ValueSequence.Length : json.ValueSpan.Length;

    private static int CopyString(ref Utf8JsonReader json, scoped Span<byte> destination)
    {
        try
        {
            return json.CopyString(destination);
        }
        catch (InvalidOperationException)
        {
            // What the reader says of invalid UTF-8 and of half a surrogate pair.
            throw NotUnicode();
        }
    }

    private static TranscodingException NotUnicode() => new("not valid Unicode");

    private static void Expect(JsonTokenType token, string description, ref Utf8JsonReader json)
    {
        if (json.TokenType != token)
            throw new TranscodingException($"expected {description}, but got {Describe(json.TokenType)}");
    }

    private TranscodingException Unexpected(string expected, ref Utf8JsonReader json)
    {
        var actual = json.TokenType switch
        {
            JsonTokenType.String or JsonTokenType.PropertyName => $"\"{Excerpt(Text(ref json))}\"",
            JsonTokenType.Number => Excerpt(Text(ref json)),
            var token => Describe(token),
        };
        return new TranscodingException($"expected {expected}, but got {actual}");
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "null",
        JsonTokenType.Comment => "a comment",
        _ => "no value",
    };

    private static string Excerpt(ReadOnlySpan<byte> text) => text.Length <= MaxQuotedLength
        ? Encoding.UTF8.GetString(text)
        : Encoding.UTF8.GetString(text[..MaxQuotedLength]) + "…";
}
