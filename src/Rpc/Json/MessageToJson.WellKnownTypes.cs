using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

internal readonly ref partial struct MessageToJson
{
    private void WriteAny(ReadOnlySpan<byte> message, int depth)
    {
        ReadOnlySpan<byte> typeUrl = default;
        ReadOnlySpan<byte> content = default;
        var reader = new WireSpan(message);
        while (!reader.End)
        {
            var (number, wireType) = reader.ReadTag();
            if (number is not (1 or 2) || wireType != WireFormat.WireType.LengthDelimited)
                reader.Skip(number, wireType);
            else if (number == 1)
                typeUrl = new FieldOccurrence(0, reader.ReadSlice()).Slice(message);
            else
                content = new FieldOccurrence(0, reader.ReadSlice()).Slice(message);
        }

        _json.WriteStartObject();
        if (!typeUrl.IsEmpty || !content.IsEmpty)
            WriteAnyContent(typeUrl, content, depth);
        _json.WriteEndObject();
    }

    private void WriteAnyContent(ReadOnlySpan<byte> typeUrl, ReadOnlySpan<byte> content, int depth)
    {
        if (!Utf8.IsValid(typeUrl))
            throw NotUtf8();
        var plan = AnyTypes.Resolve(_anyResolver, Encoding.UTF8.GetString(typeUrl));
        _json.WriteString("@type"u8, typeUrl);
        if (plan.WellKnownType is WellKnownType.None or WellKnownType.Empty)
        {
            // The message within is one level deeper than the Any, though both are one object.
            NestingLimit.Check(depth, _options);
            WriteFields(plan, content, depth + 1);
        }
        else
        {
            _json.WritePropertyName("value"u8);
            try
            {
                WriteMessage(plan, content, depth);
            }
            catch (TranscodingException e) when (e.Within("value"))
            {
                throw;
            }
        }
    }

    private void WriteTimestamp(ReadOnlySpan<byte> message)
    {
        var (seconds, nanos) = ReadSeconds(message);
        Span<byte> text = stackalloc byte[TimestampText.MaxLength];
        if (!TimestampText.TryFormat(seconds, nanos, text, out var length))
            throw new TranscodingException($"not a timestamp of the years 0001 to 9999: seconds {seconds}, nanos {nanos}");
        _json.WriteStringValue(text[..length]);
    }

    private void WriteDuration(ReadOnlySpan<byte> message)
    {
        var (seconds, nanos) = ReadSeconds(message);
        Span<byte> text = stackalloc byte[DurationText.MaxLength];
        if (!DurationText.TryFormat(seconds, nanos, text, out var length))
            throw new TranscodingException($"not a duration within 10000 years, or of two signs: seconds {seconds}, nanos {nanos}");
        _json.WriteStringValue(text[..length]);
    }

    private static (long Seconds, int Nanos) ReadSeconds(ReadOnlySpan<byte> message)
    {
        long seconds = 0;
        var nanos = 0;
        var reader = new WireSpan(message);
        while (!reader.End)
        {
            var (number, wireType) = reader.ReadTag();
            if (number is not (1 or 2) || wireType != WireFormat.WireType.Varint)
                reader.Skip(number, wireType);
            else if (number == 1)
                seconds = (long)reader.ReadValue(FieldType.Int64, wireType);
            else
                nanos = (int)reader.ReadValue(FieldType.Int32, wireType);
        }

        return (seconds, nanos);
    }

    private void WriteFieldMask(MessagePlan plan, ReadOnlySpan<byte> message)
    {
        var text = ArrayPool<byte>.Shared.Rent(message.Length);
        var index = new FieldIndex(stackalloc FieldOccurrence[FieldsOnStack]);
        try
        {
            index.Read(plan, message);
            var length = 0;
            foreach (var occurrence in index.Occurrences)
            {
                // In the text a comma takes no more room than the tag and the length in the message.
                var path = occurrence.Slice(message);
                if (length > 0)
                    text[length++] = (byte)',';
                if (!Utf8.IsValid(path) || !FieldMaskText.TryFormat(path, text.AsSpan(length), out var pathLength))
                    throw new TranscodingException($"\"{Encoding.UTF8.GetString(path)}\" has no JSON form, because it is not a path in snake_case");
                length += pathLength;
            }

            _json.WriteStringValue(text.AsSpan(0, length));
        }
        finally
        {
            index.Dispose();
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <summary>Writes a Struct, a ListValue or a wrapper as the value of its only field.</summary>
    private void WriteOnlyField(MessagePlan plan, ReadOnlySpan<byte> message, int depth)
    {
        var index = new FieldIndex(stackalloc FieldOccurrence[FieldsOnStack]);
        try
        {
            index.Read(plan, message);
            var field = plan.Fields[0];
            if (field.IsMap)
                WriteMap(field, message, index.Occurrences, depth);
            else if (field.IsRepeated)
                WriteList(field, message, index.Occurrences, depth);
            else
                WriteValue(field, message, index.Occurrences.IsEmpty ? 0 : index.Occurrences[^1].Bits, depth);
        }
        finally
        {
            index.Dispose();
        }
    }

    private void WriteAnyValue(MessagePlan plan, ReadOnlySpan<byte> message, int depth)
    {
        var index = new FieldIndex(stackalloc FieldOccurrence[FieldsOnStack]);
        try
        {
            index.Read(plan, message);
            if (index.Occurrences.IsEmpty)
                throw new TranscodingException("a google.protobuf.Value must have a value; null is one");
            var field = plan.Fields[index.Occurrences[0].Field];
            if (field.Type == FieldType.Double && !double.IsFinite(BitConverter.UInt64BitsToDouble(index.Occurrences[^1].Bits)))
                throw new TranscodingException("a google.protobuf.Value cannot be NaN or infinite");
            WriteSingular(field, message, index.Occurrences, depth);
        }
        finally
        {
            index.Dispose();
        }
    }
}
