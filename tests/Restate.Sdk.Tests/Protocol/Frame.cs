using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Protocol;

/// <summary>A frame, written and read with Google's protobuf codec, so that ours is checked by another.</summary>
internal sealed record Frame(MessageType Type, ushort Flags, IReadOnlyList<FrameField> Fields)
{
    public static byte[] Encode(MessageType type, params FrameField[] fields) => Encode(type, 0, fields);

    public static byte[] Encode(MessageType type, ushort flags, params FrameField[] fields)
    {
        var message = FrameField.Encode(fields);
        var frame = new byte[8 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), flags);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)message.Length);
        message.CopyTo(frame, 8);
        return frame;
    }

    public static IReadOnlyList<Frame> DecodeAll(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<Frame>();
        while (!bytes.IsEmpty)
        {
            var type = (MessageType)BinaryPrimitives.ReadUInt16BigEndian(bytes);
            var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            frames.Add(new Frame(type, flags, FrameField.Decode(bytes.Slice(8, length).ToArray())));
            bytes = bytes[(8 + length)..];
        }

        return frames;
    }

    public ulong Number(int field) => Numbers(field).SingleOrDefault();

    public IEnumerable<ulong> Numbers(int field) => Fields.Where(f => f.Number == field).Select(f => f.Varint);

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => Fields.SingleOrDefault(f => f.Number == field)?.Bytes ?? [];

    public bool Has(int field) => Fields.Any(f => f.Number == field);

    public Frame Message(int field) => new(Type, 0, FrameField.Decode(Bytes(field)));

    public override string ToString() => $"{Type} {string.Join(' ', Fields)}";
}

/// <summary>A field of a message: a number or bytes.</summary>
internal sealed record FrameField(int Number, ulong Varint, byte[]? Bytes)
{
    public static FrameField Of(int number, ulong value) => new(number, value, null);

    public static FrameField Of(int number, string value) => new(number, 0, Encoding.UTF8.GetBytes(value));

    public static FrameField Of(int number, params FrameField[] message) => new(number, 0, Encode(message));

    public static byte[] Encode(params FrameField[] fields)
    {
        using var stream = new MemoryStream();
        var output = new CodedOutputStream(stream);
        foreach (var field in fields)
        {
            output.WriteTag(field.Number, field.Bytes is null ? WireFormat.WireType.Varint : WireFormat.WireType.LengthDelimited);
            if (field.Bytes is null)
                output.WriteUInt64(field.Varint);
            else
                output.WriteBytes(ByteString.CopyFrom(field.Bytes));
        }

        output.Flush();
        return stream.ToArray();
    }

    public static IReadOnlyList<FrameField> Decode(byte[] message)
    {
        var fields = new List<FrameField>();
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint
                ? new FrameField(number, input.ReadUInt64(), null)
                : new FrameField(number, 0, input.ReadBytes().ToByteArray()));
        }

        return fields;
    }

    public override string ToString() => Bytes is null ? $"{Number}={Varint}" : $"{Number}='{Encoding.UTF8.GetString(Bytes)}'";
}
