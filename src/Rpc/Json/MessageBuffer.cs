using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Rpc.Json;

/// <summary>
/// An encoded message in the making, in pooled memory. A nested message's length comes before it but is known only after it:
/// the buffer holds the content without these lengths, notes where they belong, and puts them in when it is copied out.
/// </summary>
internal ref struct MessageBuffer(int maxLength)
{
    private const int InitialLength = 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialLength);
    private int _length;
    private LengthPrefix[] _prefixes = ArrayPool<LengthPrefix>.Shared.Rent(InitialLength / 16);
    private int _prefixCount;

    // How many bytes the length prefixes will take that are known so far.
    private int _prefixBytes;

    /// <summary>What can be gone back to: everything written since is dropped.</summary>
    public readonly record struct Checkpoint(int Length, int PrefixCount, int PrefixBytes);

    private record struct LengthPrefix(int Position, int Length);

    public readonly Checkpoint Here => new(_length, _prefixCount, _prefixBytes);

    public readonly void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<LengthPrefix>.Shared.Return(_prefixes);
    }

    public void GoBack(Checkpoint checkpoint) => (_length, _prefixCount, _prefixBytes) = checkpoint;

    /// <summary>What was written since, nested messages without their lengths.</summary>
    public readonly ReadOnlySpan<byte> Since(Checkpoint checkpoint) => _bytes.AsSpan(checkpoint.Length, _length - checkpoint.Length);

    public void WriteTag(int number, WireFormat.WireType wireType) => WriteVarint(WireFormat.MakeTag(number, wireType));

    public void WriteVarint(ulong value)
    {
        if (value < 0x80 && (uint)_length < (uint)_bytes.Length)
            _bytes[_length++] = (byte)value;
        else
            WireWriter.EncodeVarint(Reserve(WireWriter.VarintLength(value)), value);
    }

    public void WriteFixed32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);

    public void WriteFixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);

    /// <summary>Writes a length and that many bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteVarint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>Writes a string with its length.</summary>
    public void WriteText(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteVarint((ulong)length);
        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    /// <summary>
    /// Makes room for a length and content whose length is known only once it is there. <see cref="EndBytes"/> must follow.
    /// </summary>
    public Span<byte> BeginBytes(int maxLength)
    {
        var prefix = WireWriter.VarintLength((ulong)maxLength);
        var room = Reserve(prefix + maxLength);
        _length -= room.Length;
        return room[prefix..];
    }

    /// <param name="maxLength">As it was given to <see cref="BeginBytes"/>.</param>
    /// <param name="length">How many bytes of the room are content.</param>
    public void EndBytes(int maxLength, int length)
    {
        var content = _bytes.AsSpan(_length + WireWriter.VarintLength((ulong)maxLength), length);
        _length += WireWriter.EncodeVarint(_bytes.AsSpan(_length), (ulong)length);
        content.CopyTo(_bytes.AsSpan(_length));
        _length += length;
    }

    /// <summary>Starts a nested message or packed numbers; <see cref="EndMessage"/> must follow.</summary>
    public int BeginMessage()
    {
        if (_prefixCount == _prefixes.Length)
            Grow(ref _prefixes, _prefixCount, _prefixCount + 1);
        // Until the end it holds what has to be subtracted then.
        _prefixes[_prefixCount] = new LengthPrefix(_length, _prefixBytes);
        return _prefixCount++;
    }

    /// <param name="message">What <see cref="BeginMessage"/> returned.</param>
    public void EndMessage(int message)
    {
        ref var prefix = ref _prefixes[message];
        prefix.Length = _length - prefix.Position + _prefixBytes - prefix.Length;
        _prefixBytes += WireWriter.VarintLength((ulong)prefix.Length);
    }

    public readonly void CopyTo(IBufferWriter<byte> output)
    {
        if (_length + _prefixBytes > maxLength)
            throw TooLong();

        var writer = new ChunkWriter(output);
        Span<byte> length = stackalloc byte[WireWriter.MaxVarintBytes];
        var start = 0;
        foreach (var prefix in _prefixes.AsSpan(0, _prefixCount))
        {
            writer.Write(_bytes.AsSpan(start, prefix.Position - start));
            writer.Write(length[..WireWriter.EncodeVarint(length, (ulong)prefix.Length)]);
            start = prefix.Position;
        }

        writer.Write(_bytes.AsSpan(start, _length - start));
        writer.Flush();
    }

    private Span<byte> Reserve(int length)
    {
        if (length > _bytes.Length - _length)
        {
            if (length > maxLength - _length)
                throw TooLong();
            Grow(ref _bytes, _length, _length + length);
        }

        var room = _bytes.AsSpan(_length, length);
        _length += length;
        return room;
    }

    private readonly TranscodingException TooLong() => new($"the message is longer than {maxLength} bytes");

    private static void Grow<T>(ref T[] array, int used, int needed)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, (int)Math.Min(2L * array.Length, Array.MaxLength)));
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    /// <summary>Fills the output's own memory, and tells the output only once for each piece of it.</summary>
    private ref struct ChunkWriter(IBufferWriter<byte> output)
    {
        private Span<byte> _room;
        private int _used;

        public void Write(scoped ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > _room.Length - _used)
            {
                var fitting = _room.Length - _used;
                bytes[..fitting].CopyTo(_room[_used..]);
                bytes = bytes[fitting..];
                output.Advance(_room.Length);
                _room = output.GetSpan();
                _used = 0;
            }

            bytes.CopyTo(_room[_used..]);
            _used += bytes.Length;
        }

        public readonly void Flush() => output.Advance(_used);
    }
}
