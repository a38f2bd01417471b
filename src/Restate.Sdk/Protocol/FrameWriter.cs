using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Restate.Sdk.Protocol;

/// <summary>Writes frames, each an eight-byte header and a protobuf message, one after another into a pooled buffer.</summary>
internal sealed class FrameWriter : IDisposable
{
    public const int HeaderSize = 8;

    private const uint RequestedAckFlag = 0x8000;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(512);
    private int _length;
    private int _frameStart;

    /// <summary>What has been written since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>The message of the frame that was written last.</summary>
    public ReadOnlyMemory<byte> LastMessage => _buffer.AsMemory(_frameStart + HeaderSize, _length - _frameStart - HeaderSize);

    public void Clear() => _length = 0;

    public void BeginFrame(MessageType type, bool requestAck = false)
    {
        _frameStart = _length;
        var header = Reserve(HeaderSize);
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(requestAck ? RequestedAckFlag : 0));
    }

    public void EndFrame()
    {
        var messageLength = _length - _frameStart - HeaderSize;
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(_frameStart + 4), (uint)messageLength);
    }

    /// <summary>Starts a nested message; its length is filled in by <see cref="EndMessage"/>.</summary>
    public int BeginMessage(int field)
    {
        Tag(field, WireType.LengthDelimited);
        Reserve(1);
        return _length;
    }

    /// <param name="start">What <see cref="BeginMessage"/> returned.</param>
    public void EndMessage(int start)
    {
        var length = _length - start;
        var extra = VarintSize((uint)length) - 1;
        if (extra > 0)
        {
            // Only messages past 127 bytes pay for the move.
            Reserve(extra);
            _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + extra));
        }

        PutVarint(_buffer.AsSpan(start - 1), (uint)length);
    }

    public void UInt64(int field, ulong value)
    {
        if (value == 0)
            return;
        Tag(field, WireType.Varint);
        Varint(value);
    }

    public void Bool(int field, bool value) => UInt64(field, value ? 1UL : 0);

    /// <summary>A field with presence: written even when zero.</summary>
    public void OptionalUInt64(int field, ulong? value)
    {
        if (value is not { } present)
            return;
        Tag(field, WireType.Varint);
        Varint(present);
    }

    public void String(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            OptionalString(field, value);
    }

    /// <summary>A field with presence: written even when empty.</summary>
    public void OptionalString(int field, string? value)
    {
        if (value is null)
            return;
        Tag(field, WireType.LengthDelimited);
        var size = Encoding.UTF8.GetByteCount(value);
        Varint((uint)size);
        Encoding.UTF8.GetBytes(value, Reserve(size));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
            OptionalBytes(field, value);
    }

    /// <summary>A field with presence: written even when empty.</summary>
    public void OptionalBytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.LengthDelimited);
        Varint((uint)value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>The protocol's Value message: present even when its content is empty.</summary>
    public void Value(int field, ReadOnlySpan<byte> content)
    {
        Tag(field, WireType.LengthDelimited);
        var size = content.IsEmpty ? 0 : 1 + VarintSize((uint)content.Length) + content.Length;
        Varint((uint)size);
        Bytes(1, content);
    }

    /// <summary>The protocol's Void message.</summary>
    public void Void(int field)
    {
        Tag(field, WireType.LengthDelimited);
        Varint(0);
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Tag(int field, WireType type) => Varint((uint)((field << 3) | (int)type));

    private void Varint(ulong value) => PutVarint(Reserve(VarintSize(value)), value);

    private static void PutVarint(Span<byte> target, ulong value)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7)
            target[i++] = (byte)(value | 0x80);
        target[i] = (byte)value;
    }

    private static int VarintSize(ulong value)
    {
        var bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(value | 1);
        return (bits + 6) / 7;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _length < size)
            Grow(size);
        var span = _buffer.AsSpan(_length, size);
        _length += size;
        return span;
    }

    private void Grow(int size)
    {
        ObjectDisposedException.ThrowIf(_buffer.Length == 0, this);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(_length + size)));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        Debug.Assert(_buffer.Length - _length >= size);
    }
}
