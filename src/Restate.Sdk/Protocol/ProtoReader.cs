using System.Text;

namespace Restate.Sdk.Protocol;

/// <summary>
/// Reads the fields of one protobuf message. Bytes are slices of the message's memory, so nothing is copied but strings.
/// Anything malformed is a protocol violation.
/// </summary>
internal struct ProtoReader(ReadOnlyMemory<byte> message)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _message = message;
    private int _position;

    /// <summary>The field that <see cref="ReadField"/> moved to.</summary>
    public int Field { get; private set; }

    /// <summary>That field's encoding.</summary>
    public WireType WireType { get; private set; }

    /// <summary>Moves to the next field; false at the end. Its value has to be read or skipped before the next call.</summary>
    public bool ReadField()
    {
        if (_position == _message.Length)
            return false;

        var tag = ReadRawVarint();
        Field = tag >> 3 is > 0 and <= 536_870_911 ? (int)(tag >> 3) : throw Malformed("bad field number");
        WireType = (WireType)(tag & 7);
        return true;
    }

    public uint ReadUInt32() => (uint)ReadUInt64();

    public bool ReadBool() => ReadUInt64() != 0;

    public ulong ReadUInt64()
    {
        Expect(WireType.Varint);
        return ReadRawVarint();
    }

    public string ReadString()
    {
        var bytes = ReadBytes();
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("a string is not UTF-8");
        }
    }

    public ReadOnlyMemory<byte> ReadBytes()
    {
        Expect(WireType.LengthDelimited);
        var length = ReadRawVarint();
        if (length > (ulong)(_message.Length - _position))
            throw Malformed("a field is longer than its message");

        var bytes = _message.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    public ProtoReader ReadMessage() => new(ReadBytes());

    public void Skip()
    {
        switch (WireType)
        {
            case WireType.Varint:
                ReadRawVarint();
                break;
            case WireType.LengthDelimited:
                ReadBytes();
                break;
            case WireType.Fixed64:
                SkipFixed(8);
                break;
            case WireType.Fixed32:
                SkipFixed(4);
                break;
            default:
                throw Malformed("bad wire type");
        }
    }

    private void SkipFixed(int size)
    {
        if (_message.Length - _position < size)
            throw Malformed("a field is cut off");
        _position += size;
    }

    private readonly void Expect(WireType type)
    {
        if (WireType != type)
            throw Malformed($"field {Field} has wire type {(int)WireType}, not {(int)type}");
    }

    private ulong ReadRawVarint()
    {
        var span = _message.Span;
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position == span.Length)
                throw Malformed("a number is cut off");

            var b = span[_position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw Malformed("a number is longer than ten bytes");
    }

    private static ProtocolException Malformed(string what) => ProtocolException.Violation($"Malformed protobuf message: {what}.");
}
