using System.Buffers.Binary;

namespace EndToEnd.Crashes;

/// <summary>Follows what a host writes to one journal: frames of Restate's protocol, of which each has a header of eight bytes.</summary>
internal sealed class JournalReader
{
    private const ushort ProposeRunCompletion = 0x0005;

    private readonly byte[] _header = new byte[8];
    private int _headerLength;
    private uint _remaining;

    /// <summary>How many frames with the result of a run end in these bytes.</summary>
    public int CountRunResults(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, _headerLength < _header.Length ? _header.Length - _headerLength : (int)_remaining);
            if (_headerLength < _header.Length)
            {
                bytes[..taken].CopyTo(_header.AsSpan(_headerLength));
                _headerLength += taken;
                if (_headerLength == _header.Length)
                    _remaining = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
            }
            else
            {
                _remaining -= (uint)taken;
            }

            bytes = bytes[taken..];
            if (_headerLength < _header.Length || _remaining > 0)
                continue;

            if (BinaryPrimitives.ReadUInt16BigEndian(_header) == ProposeRunCompletion)
                count++;
            _headerLength = 0;
        }

        return count;
    }
}
