using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Google.Protobuf;

namespace Rpc.Json;

/// <summary>
/// Appends fields to an encoded message without descriptors (https://protobuf.dev/programming-guides/encoding/).
/// </summary>
public static class WireWriter
{
    internal const int MaxVarintBytes = 10;

    /// <summary>Appends a length-delimited field: a string, bytes, a nested message or packed numbers.</summary>
    public static void WriteBytes(this IBufferWriter<byte> message, int fieldNumber, ReadOnlySpan<byte> value)
    {
        message.WriteLengthPrefix(fieldNumber, value.Length);
        message.Write(value);
    }

    /// <inheritdoc cref="WriteBytes(IBufferWriter{byte}, int, ReadOnlySpan{byte})"/>
    public static void WriteBytes(this IBufferWriter<byte> message, int fieldNumber, in ReadOnlySequence<byte> value)
    {
        message.WriteLengthPrefix(fieldNumber, value.Length);
        foreach (var segment in value)
            message.Write(segment.Span);
    }

    /// <summary>Appends a message field.</summary>
    public static void WriteMessage(this IBufferWriter<byte> message, int fieldNumber, IMessage value)
    {
        message.WriteLengthPrefix(fieldNumber, value.CalculateSize());
        value.WriteTo(message);
    }

    /// <summary>Appends a string field.</summary>
    public static void WriteString(this IBufferWriter<byte> message, int fieldNumber, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        message.WriteLengthPrefix(fieldNumber, length);
        Encoding.UTF8.GetBytes(value, message);
    }

    /// <summary>
    /// Appends a varint field: bool, enum, int32, int64, uint32 or uint64. A negative number is cast, which gives the ten
    /// bytes that protobuf asks for.
    /// </summary>
    public static void WriteVarint(this IBufferWriter<byte> message, int fieldNumber, ulong value)
    {
        message.WriteTag(fieldNumber, WireFormat.WireType.Varint);
        message.WriteVarint(value);
    }

    /// <summary>Appends a fixed64, sfixed64 or, by its bits, double field.</summary>
    public static void WriteFixed64(this IBufferWriter<byte> message, int fieldNumber, ulong value)
    {
        message.WriteTag(fieldNumber, WireFormat.WireType.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(message.GetSpan(sizeof(ulong)), value);
        message.Advance(sizeof(ulong));
    }

    /// <summary>Appends the start of a length-delimited field. The next <paramref name="length"/> bytes are its value.</summary>
    public static void WriteLengthPrefix(this IBufferWriter<byte> message, int fieldNumber, long length)
    {
        message.WriteTag(fieldNumber, WireFormat.WireType.LengthDelimited);
        message.WriteVarint((ulong)length);
    }

    private static void WriteTag(this IBufferWriter<byte> message, int fieldNumber, WireFormat.WireType wireType) =>
        message.WriteVarint(WireFormat.MakeTag(fieldNumber, wireType));

    private static void WriteVarint(this IBufferWriter<byte> message, ulong value) =>
        message.Advance(EncodeVarint(message.GetSpan(MaxVarintBytes), value));

    /// <returns>The number of bytes written, at most ten.</returns>
    internal static int EncodeVarint(Span<byte> destination, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            destination[length++] = (byte)(value | 0x80);
        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>How many bytes a varint takes.</summary>
    internal static int VarintLength(ulong value) => BitOperations.Log2(value | 1) / 7 + 1;
}
