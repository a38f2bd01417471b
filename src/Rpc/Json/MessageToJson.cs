using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>Writes encoded messages as JSON. One is made for each call.</summary>
internal readonly ref partial struct MessageToJson
{
    private const int FieldsOnStack = 16;
    private const int MaxIntegerLength = 20;

    private readonly JsonTranscoderOptions _options;
    private readonly Func<string, MessageDescriptor?> _anyResolver;
    private readonly Utf8JsonWriter _json;
    private readonly long _end;

    public MessageToJson(JsonTranscoderOptions options, Func<string, MessageDescriptor?> anyResolver, Utf8JsonWriter json)
    {
        _options = options;
        _anyResolver = anyResolver;
        _json = json;
        _end = Written + options.MaxOutputBytes;
    }

    private long Written => _json.BytesCommitted + _json.BytesPending;

    /// <summary>Writes a message as one JSON value.</summary>
    /// <param name="plan">The message's type.</param>
    /// <param name="message">The encoded message.</param>
    /// <param name="depth">How many messages this one is nested in.</param>
    public void WriteMessage(MessagePlan plan, ReadOnlySpan<byte> message, int depth)
    {
        // A Value is only a place for another value, so it does not count.
        if (plan.WellKnownType == WellKnownType.Value)
        {
            WriteAnyValue(plan, message, depth);
            return;
        }

        NestingLimit.Check(depth, _options);
        switch (plan.WellKnownType)
        {
            case WellKnownType.Any:
                WriteAny(message, depth + 1);
                break;
            case WellKnownType.Duration:
                WriteDuration(message);
                break;
            case WellKnownType.FieldMask:
                WriteFieldMask(plan, message);
                break;
            case WellKnownType.Timestamp:
                WriteTimestamp(message);
                break;
            case WellKnownType.ListValue or WellKnownType.Struct or WellKnownType.Wrapper:
                WriteOnlyField(plan, message, depth + 1);
                break;
            default:
                _json.WriteStartObject();
                WriteFields(plan, message, depth + 1);
                _json.WriteEndObject();
                break;
        }
    }

    /// <summary>Writes a message's fields as properties.</summary>
    /// <param name="plan">The message's type.</param>
    /// <param name="message">The encoded message.</param>
    /// <param name="depth">How many messages the fields are nested in.</param>
    public void WriteFields(MessagePlan plan, ReadOnlySpan<byte> message, int depth)
    {
        var index = new FieldIndex(stackalloc FieldOccurrence[FieldsOnStack]);
        try
        {
            index.Read(plan, message);
            var occurrences = index.Occurrences;
            var next = 0;
            while (!occurrences.IsEmpty)
            {
                var field = plan.Fields[occurrences[0].Field];
                if (_options.WriteDefaultValues)
                    WriteDefaults(plan.Fields.AsSpan(next, field.Index - next));
                var count = CountOfFirst(occurrences);
                WriteField(field, message, occurrences[..count], depth);
                occurrences = occurrences[count..];
                next = field.Index + 1;
            }

            if (_options.WriteDefaultValues)
                WriteDefaults(plan.Fields.AsSpan(next));
        }
        finally
        {
            index.Dispose();
        }
    }

    private static int CountOfFirst(ReadOnlySpan<FieldOccurrence> occurrences)
    {
        var count = 1;
        while (count < occurrences.Length && occurrences[count].Field == occurrences[0].Field)
            count++;
        return count;
    }

    private static bool HasElements(ReadOnlySpan<FieldOccurrence> occurrences)
    {
        foreach (var occurrence in occurrences)
        {
            if (!occurrence.IsPacked || occurrence.Length > 0)
                return true;
        }

        return false;
    }

    private void WriteField(FieldPlan field, ReadOnlySpan<byte> message, ReadOnlySpan<FieldOccurrence> occurrences, int depth)
    {
        try
        {
            if (Written > _end)
                throw new TranscodingException($"the JSON is longer than {_options.MaxOutputBytes} bytes");
            if (field.IsMap)
            {
                WriteName(field);
                WriteMap(field, message, occurrences, depth);
            }
            else if (field.IsRepeated)
            {
                if (_options.WriteDefaultValues || HasElements(occurrences))
                {
                    WriteName(field);
                    WriteList(field, message, occurrences, depth);
                }
            }
            else if (_options.WriteDefaultValues || field.HasPresence || !field.IsDefault(occurrences[^1]))
            {
                WriteName(field);
                WriteSingular(field, message, occurrences, depth);
            }
        }
        catch (TranscodingException e) when (e.Within(_options.PreserveProtoNames ? field.Name : field.JsonName))
        {
            throw;
        }
    }

    private void WriteName(FieldPlan field) =>
        _json.WritePropertyName(_options.PreserveProtoNames ? field.EncodedName : field.EncodedJsonName);

    private void WriteSingular(FieldPlan field, ReadOnlySpan<byte> message, ReadOnlySpan<FieldOccurrence> occurrences, int depth)
    {
        if (field.Type != FieldType.Message || occurrences.Length == 1)
        {
            WriteValue(field, message, occurrences[^1].Bits, depth);
            return;
        }

        // A message in several pieces is their merger, and the encoding of that is the pieces one after the other.
        var length = 0;
        foreach (var occurrence in occurrences)
            length += occurrence.Length;
        var merged = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var end = 0;
            foreach (var occurrence in occurrences)
            {
                occurrence.Slice(message).CopyTo(merged.AsSpan(end));
                end += occurrence.Length;
            }

            WriteMessage(field.Message, merged.AsSpan(0, length), depth);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(merged);
        }
    }

    private void WriteList(FieldPlan field, ReadOnlySpan<byte> message, ReadOnlySpan<FieldOccurrence> occurrences, int depth)
    {
        _json.WriteStartArray();
        var i = 0;
        try
        {
            foreach (var occurrence in occurrences)
            {
                if (occurrence.IsPacked)
                {
                    var packed = new WireSpan(occurrence.Slice(message));
                    for (; !packed.End; i++)
                        WriteValue(field, default, packed.ReadValue(field.Type, field.WireType), depth);
                }
                else
                {
                    WriteValue(field, message, occurrence.Bits, depth);
                    i++;
                }
            }
        }
        catch (TranscodingException e) when (e.WithinElement(i))
        {
            throw;
        }

        _json.WriteEndArray();
    }

    private void WriteMap(FieldPlan field, ReadOnlySpan<byte> message, ReadOnlySpan<FieldOccurrence> occurrences, int depth)
    {
        _json.WriteStartObject();
        using var last = new LastMapEntries(field, message, occurrences);
        for (var i = 0; i < occurrences.Length; i++)
        {
            var entry = MapEntry.Read(field, occurrences[i].Slice(message));
            if (last.Contains(i, entry))
                WriteEntry(field, entry, depth);
        }

        _json.WriteEndObject();
    }

    private void WriteEntry(FieldPlan field, MapEntry entry, int depth)
    {
        WriteKey(field.Key!, entry);
        try
        {
            // Without a value it is the default, which an empty slice, zero and false are all written as.
            WriteValue(field.Value!, entry.Content, entry.Value ?? 0, depth);
        }
        catch (TranscodingException e) when (e.Within(entry.PathSegment(field)))
        {
            throw;
        }
    }

    private void WriteKey(FieldPlan key, MapEntry entry)
    {
        switch (key.Type)
        {
            case FieldType.String:
                _json.WritePropertyName(Utf8.IsValid(entry.KeyText) ? entry.KeyText : throw NotUtf8());
                break;
            case FieldType.Bool:
                _json.WritePropertyName(entry.Key == 0 ? "false"u8 : "true"u8);
                break;
            default:
                Span<byte> text = stackalloc byte[MaxIntegerLength];
                _json.WritePropertyName(FormatInteger(key.Type, entry.Key, text));
                break;
        }
    }

    /// <param name="field">The field that the value is of, or an element of.</param>
    /// <param name="message">What the bits may point into.</param>
    /// <param name="bits">As <see cref="FieldOccurrence.Bits"/>.</param>
    /// <param name="depth">How many messages the value is nested in.</param>
    private void WriteValue(FieldPlan field, ReadOnlySpan<byte> message, ulong bits, int depth)
    {
        switch (field.Type)
        {
            case FieldType.String:
                var text = new FieldOccurrence(0, bits).Slice(message);
                _json.WriteStringValue(Utf8.IsValid(text) ? text : throw NotUtf8());
                break;
            case FieldType.Message:
                WriteMessage(field.Message, new FieldOccurrence(0, bits).Slice(message), depth);
                break;
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 or FieldType.UInt32 or FieldType.Fixed32:
                _json.WriteNumberValue((long)bits);
                break;
            case FieldType.Bool:
                _json.WriteBooleanValue(bits != 0);
                break;
            case FieldType.Enum:
                WriteEnum(field.Enum!, (int)bits);
                break;
            case FieldType.Double:
                WriteDouble(BitConverter.UInt64BitsToDouble(bits));
                break;
            case FieldType.Float:
                WriteFloat(BitConverter.UInt32BitsToSingle((uint)bits));
                break;
            case FieldType.Bytes:
                _json.WriteBase64StringValue(new FieldOccurrence(0, bits).Slice(message));
                break;
            default:
                WriteInt64(field.Type, bits);
                break;
        }
    }

    private void WriteInt64(FieldType type, ulong bits)
    {
        Span<byte> text = stackalloc byte[MaxIntegerLength];
        _json.WriteStringValue(FormatInteger(type, bits, text));
    }

    private static ReadOnlySpan<byte> FormatInteger(FieldType type, ulong bits, Span<byte> text)
    {
        int length;
        if (type is FieldType.UInt64 or FieldType.Fixed64)
            Utf8Formatter.TryFormat(bits, text, out length);
        else
            Utf8Formatter.TryFormat((long)bits, text, out length);
        return text[..length];
    }

    private void WriteEnum(EnumPlan plan, int number)
    {
        if (plan.IsNullValue)
            _json.WriteNullValue();
        else if (!_options.EnumsAsNumbers && plan.TryGetName(number, out var name))
            _json.WriteStringValue(name);
        else
            _json.WriteNumberValue(number);
    }

    private void WriteDouble(double value)
    {
        if (double.IsFinite(value))
            _json.WriteNumberValue(value);
        else
            WriteNonFinite(value);
    }

    private void WriteFloat(float value)
    {
        if (float.IsFinite(value))
            _json.WriteNumberValue(value);
        else
            WriteNonFinite(value);
    }

    private void WriteNonFinite(double value) =>
        _json.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);

    private void WriteDefaults(ReadOnlySpan<FieldPlan> fields)
    {
        foreach (var field in fields)
        {
            if (field.HasPresence)
                continue;
            WriteName(field);
            if (field.IsMap)
            {
                _json.WriteStartObject();
                _json.WriteEndObject();
            }
            else if (field.IsRepeated)
            {
                _json.WriteStartArray();
                _json.WriteEndArray();
            }
            else
            {
                WriteValue(field, default, 0, depth: 0);
            }
        }
    }

    private static TranscodingException NotUtf8() => new("not valid UTF-8");
}
