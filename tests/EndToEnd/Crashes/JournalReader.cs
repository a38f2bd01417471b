using System.Buffers.Binary;

namespace EndToEnd.Crashes;

/// <summary>Follows what a host writes to one journal: messages of Restate's protocol, of which each has a header of eight bytes.</summary>
internal sealed class JournalReader
{
    private readonly byte[] _header = new byte[8];
    private int _headerLength;
    private uint _remaining;

    /// <summary>Takes bytes up to the end of a message, which may have begun in earlier ones.</summary>
    /// <param name="bytes">What is left of these when it returns.</param>
    /// <param name="type">The message's type.</param>
    /// <returns>False when no message ends in these bytes; all of them are taken then.</returns>
    public bool TryReadMessage(ref ReadOnlySpan<byte> bytes, out ushort type)
    {
        if (_headerLength < _header.Length)
        {
            var taken = Math.Min(bytes.Length, _header.Length - _headerLength);
            bytes[..taken].CopyTo(_header.AsSpan(_headerLength));
            bytes = bytes[taken..];
            _headerLength += taken;
            if (_headerLength == _header.Length)
                _remaining = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        }

        var skipped = (int)Math.Min((uint)bytes.Length, _remaining);
        bytes = bytes[skipped..];
        _remaining -= (uint)skipped;
        type = BinaryPrimitives.ReadUInt16BigEndian(_header);
        if (_headerLength < _header.Length || _remaining > 0)
            return false;

        _headerLength = 0;
        return true;
    }
}
