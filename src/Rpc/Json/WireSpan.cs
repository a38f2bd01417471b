using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>Reads an encoded message that is in one piece. The fast counterpart of <see cref="WireReader"/>.</summary>
internal ref struct WireSpan(ReadOnlySpan<byte> message)
{
    private const int MaxGroupDepth = 100;

    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; }

    public readonly bool End => Position == _message.Length;

    public (int Number, WireFormat.WireType WireType) ReadTag()
    {
        var tag = ReadVarint();
        if (tag is < 8 or > uint.MaxValue)
            throw Malformed("not a field tag");
        return ((int)(tag >> 3), (WireFormat.WireType)(tag & 7));
    }

    /// <summary>Reads one value of a field, not packed.</summary>
    /// <returns>The bits of a number as <see cref="FieldOccurrence.Bits"/> defines them; otherwise where the content is.</returns>
    public ulong ReadValue(FieldType type, WireFormat.WireType wireType) => wireType switch
    {
        WireFormat.WireType.Varint => Decode(type, ReadVarint()),
        WireFormat.WireType.Fixed32 => Decode(type, ReadFixed32()),
        WireFormat.WireType.Fixed64 => ReadFixed64(),
        _ => ReadSlice(),
    };

    /// <returns>Where the content of a length-delimited field is: its start in the upper half, its length in the lower.</returns>
    public ulong ReadSlice()
    {
        var length = ReadVarint();
        if (length > (ulong)(_message.Length - Position))
            throw Malformed("a field ends after its message");
        var start = Position;
        Position += (int)length;
        return ((ulong)start << 32) | length;
    }

    public void Skip(int number, WireFormat.WireType wireType)
    {
        switch (wireType)
        {
            case WireFormat.WireType.Varint:
                ReadVarint();
                break;
            case WireFormat.WireType.Fixed32:
                ReadFixed32();
                break;
            case WireFormat.WireType.Fixed64:
                ReadFixed64();
                break;
            case WireFormat.WireType.LengthDelimited:
                ReadSlice();
                break;
            case WireFormat.WireType.StartGroup:
                SkipGroup(number);
                break;
            default:
                throw Malformed($"field {number} has wire type {(int)wireType}");
        }
    }

    private void SkipGroup(int outermost)
    {
        Span<int> open = stackalloc int[MaxGroupDepth];
        open[0] = outermost;
        var depth = 1;
        while (depth > 0)
        {
            var (number, wireType) = ReadTag();
            if (wireType == WireFormat.WireType.StartGroup)
            {
                if (depth == MaxGroupDepth)
                    throw Malformed("groups are nested too deeply");
                open[depth++] = number;
            }
            else if (wireType == WireFormat.WireType.EndGroup)
            {
                if (open[--depth] != number)
                    throw Malformed($"group {open[depth]} ends as another");
            }
            else
            {
                Skip(number, wireType);
            }
        }
    }

    private ulong ReadVarint()
    {
        if (Position < _message.Length && _message[Position] < 0x80)
            return _message[Position++];

        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Position == _message.Length)
                throw EndsEarly();
            var b = _message[Position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw Malformed("a varint is longer than ten bytes");
    }

    private uint ReadFixed32()
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(_message[Position..], out var value))
            throw EndsEarly();
        Position += sizeof(uint);
        return value;
    }

    private ulong ReadFixed64()
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(_message[Position..], out var value))
            throw EndsEarly();
        Position += sizeof(ulong);
        return value;
    }

    private static ulong Decode(FieldType type, ulong raw) => type switch
    {
        FieldType.Int32 or FieldType.SFixed32 or FieldType.Enum => (ulong)(int)raw,
        FieldType.UInt32 => (uint)raw,
        FieldType.SInt32 => (ulong)(int)(((uint)raw >> 1) ^ (uint)-(int)(raw & 1)),
        FieldType.SInt64 => (raw >> 1) ^ (ulong)-(long)(raw & 1),
        FieldType.Bool => raw == 0 ? 0ul : 1,
        _ => raw,
    };

    private static TranscodingException EndsEarly() => Malformed("the message ends in the middle of a field");

    private static TranscodingException Malformed(string reason) => new($"malformed protobuf: {reason}");
}
