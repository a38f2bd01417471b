using System.Buffers.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

internal ref partial struct JsonToMessage
{
    /// <summary>Reads an integer from a number, a string or a property's name.</summary>
    /// <returns>As <see cref="FieldOccurrence.Bits"/>.</returns>
    private ulong ReadInteger(FieldType type, ref Utf8JsonReader json)
    {
        switch (type)
        {
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return TryReadInt64(ref json, out var int32) && int32 is >= int.MinValue and <= int.MaxValue
                    ? (ulong)int32
                    : throw Unexpected("an integer of 32 bits", ref json);
            case FieldType.UInt32 or FieldType.Fixed32:
                return TryReadInt64(ref json, out var uint32) && uint32 is >= 0 and <= uint.MaxValue
                    ? (ulong)uint32
                    : throw Unexpected("an unsigned integer of 32 bits", ref json);
            case FieldType.UInt64 or FieldType.Fixed64:
                return TryReadInteger(ref json, out var isNegative, out var uint64) && (!isNegative || uint64 == 0)
                    ? uint64
                    : throw Unexpected("an unsigned integer of 64 bits", ref json);
            default:
                return TryReadInt64(ref json, out var int64)
                    ? (ulong)int64
                    : throw Unexpected("an integer of 64 bits", ref json);
        }
    }

    private bool TryReadInt64(ref Utf8JsonReader json, out long value)
    {
        const ulong MinMagnitude = 1ul << 63;

        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out value))
            return true;
        var isRead = TryReadInteger(ref json, out var isNegative, out var magnitude);
        value = isNegative ? (long)(0 - magnitude) : (long)magnitude;
        return isRead && magnitude <= (isNegative ? MinMagnitude : MinMagnitude - 1);
    }

    private bool TryReadInteger(ref Utf8JsonReader json, out bool isNegative, out ulong magnitude)
    {
        if (json.TokenType is JsonTokenType.Number or JsonTokenType.String or JsonTokenType.PropertyName
            && JsonNumber.TryParse(Text(ref json), out var number))
        {
            return number.TryGetInteger(out isNegative, out magnitude);
        }

        isNegative = false;
        magnitude = 0;
        return false;
    }

    private double ReadDouble(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var value) && double.IsFinite(value))
            return value;
        if (json.TokenType == JsonTokenType.String)
        {
            var text = Text(ref json);
            if (TryGetNonFinite(text, out value))
                return value;
            if (JsonNumber.TryParse(text, out _) && Utf8Parser.TryParse(text, out value, out _) && double.IsFinite(value))
                return value;
        }

        throw Unexpected("a number of 64 bits", ref json);
    }

    private float ReadFloat(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetSingle(out var value) && float.IsFinite(value))
            return value;
        if (json.TokenType == JsonTokenType.String)
        {
            var text = Text(ref json);
            if (TryGetNonFinite(text, out var nonFinite))
                return (float)nonFinite;
            if (JsonNumber.TryParse(text, out _) && Utf8Parser.TryParse(text, out value, out var _) && float.IsFinite(value))
                return value;
        }

        throw Unexpected("a number of 32 bits", ref json);
    }

    private static bool TryGetNonFinite(ReadOnlySpan<byte> text, out double value)
    {
        value = text.SequenceEqual("NaN"u8) ? double.NaN
            : text.SequenceEqual("Infinity"u8) ? double.PositiveInfinity
            : text.SequenceEqual("-Infinity"u8) ? double.NegativeInfinity
            : 0;
        return !double.IsFinite(value);
    }
}
