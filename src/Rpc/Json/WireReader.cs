using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf;

namespace Rpc.Json;

/// <summary>
/// Walks the fields of one encoded message without descriptors and without copying
/// (https://protobuf.dev/programming-guides/encoding/). Nested messages are values like any other.
/// </summary>
/// <example>
/// <code>
/// var reader = new WireReader(message);
/// while (reader.Read())
///     if (reader is { FieldNumber: 1, WireType: WireFormat.WireType.LengthDelimited })
///         key = reader.GetString();
/// </code>
/// </example>
public ref struct WireReader
{
    private const int MaxGroupDepth = 100;

    private SequenceReader<byte> _reader;

    /// <summary>Starts before the first field of <paramref name="message"/>.</summary>
    public WireReader(in ReadOnlySequence<byte> message) => _reader = new SequenceReader<byte>(message);

    /// <summary>The number of the field that was read last.</summary>
    public int FieldNumber { get; private set; }

    /// <summary>How the field that was read last is encoded.</summary>
    public WireFormat.WireType WireType { get; private set; }

    /// <summary>
    /// The encoded value of the field that was read last: the content of a length-delimited field, the bytes of a number,
    /// or the fields of a group.
    /// </summary>
    public ReadOnlySequence<byte> Value { get; private set; }

    /// <summary>The whole field that was read last, tag included: what to copy to keep it as it is.</summary>
    public ReadOnlySequence<byte> Field { get; private set; }

    /// <summary>The number that the field holds as a varint, fixed32 or fixed64; zero for other fields.</summary>
    public ulong Number { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="TranscodingException">The message is malformed.</exception>
    public bool Read()
    {
        if (_reader.End)
            return false;

        var start = _reader.Position;
        var tag = ReadTag();
        FieldNumber = (int)(tag >> 3);
        WireType = (WireFormat.WireType)(tag & 7);
        ReadValue(MaxGroupDepth);
        Field = _reader.Sequence.Slice(start, _reader.Position);
        return true;
    }

    /// <summary>The text of a length-delimited field.</summary>
    /// <exception cref="TranscodingException">The value is not length-delimited or not UTF-8.</exception>
    public readonly string GetString()
    {
        if (WireType != WireFormat.WireType.LengthDelimited)
            throw Malformed($"field {FieldNumber} is not a string");
        if (Value.IsSingleSegment)
            return Utf8.IsValid(Value.FirstSpan) ? Encoding.UTF8.GetString(Value.FirstSpan) : throw NotUtf8(FieldNumber);

        var bytes = Value.ToArray();
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw NotUtf8(FieldNumber);
    }

    private void ReadValue(int groupDepth)
    {
        Number = 0;
        var start = _reader.Position;
        switch (WireType)
        {
            case WireFormat.WireType.Varint:
                Number = ReadVarint();
                break;
            case WireFormat.WireType.Fixed32:
                Number = _reader.TryReadLittleEndian(out int fixed32) ? (uint)fixed32 : throw EndsEarly();
                break;
            case WireFormat.WireType.Fixed64:
                Number = _reader.TryReadLittleEndian(out long fixed64) ? (ulong)fixed64 : throw EndsEarly();
                break;
            case WireFormat.WireType.LengthDelimited:
                var length = ReadVarint();
                start = _reader.Position;
                if (length > (ulong)_reader.Remaining)
                    throw Malformed($"field {FieldNumber} ends after the message");
                _reader.Advance((long)length);
                break;
            case WireFormat.WireType.StartGroup:
                Value = _reader.Sequence.Slice(start, SkipGroup(FieldNumber, groupDepth));
                return;
            default:
                throw Malformed($"field {FieldNumber} has wire type {(int)WireType}");
        }

        Value = _reader.Sequence.Slice(start, _reader.Position);
    }

    /// <returns>The position of the group's end tag.</returns>
    private SequencePosition SkipGroup(int number, int depth)
    {
        if (depth == 0)
            throw Malformed($"group {number} is nested too deeply");
        while (!_reader.End)
        {
            var end = _reader.Position;
            var tag = ReadTag();
            if ((WireFormat.WireType)(tag & 7) == WireFormat.WireType.EndGroup)
                return (int)(tag >> 3) == number ? end : throw Malformed($"group {number} ends as another");

            var nested = this;
            nested.FieldNumber = (int)(tag >> 3);
            nested.WireType = (WireFormat.WireType)(tag & 7);
            nested.ReadValue(depth - 1);
            _reader = nested._reader;
        }

        throw Malformed($"group {number} does not end");
    }

    private uint ReadTag()
    {
        var tag = ReadVarint();
        return tag is > 7 and <= uint.MaxValue ? (uint)tag : throw Malformed("not a field tag");
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (!_reader.TryRead(out var b))
                throw EndsEarly();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw Malformed("a varint is longer than ten bytes");
    }

    private static TranscodingException EndsEarly() => Malformed("the message ends in the middle of a field");

    private static TranscodingException NotUtf8(int number) => Malformed($"field {number} is not valid UTF-8");

    private static TranscodingException Malformed(string reason) => new($"malformed protobuf: {reason}");
}
