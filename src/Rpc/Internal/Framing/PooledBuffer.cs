using System.Buffers;

namespace Rpc.Internal.Framing;

/// <summary>
/// A growing buffer of pooled chunks. Chunks instead of one array, because the pool keeps an array of each size for each thread:
/// with megabytes among them, a few large messages would hold on to a lot of memory.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstChunkSize = 4 * 1024;
    private const int ChunkSize = 64 * 1024;

    private Segment? _first;
    private Segment? _last;
    private byte[] _chunk = [];
    private int _chunkWritten;

    public long WrittenCount => (_last?.End ?? 0) + _chunkWritten;

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlySequence<byte> Written
    {
        get
        {
            if (_first is null)
                return new ReadOnlySequence<byte>(_chunk, 0, _chunkWritten);

            var current = new Segment(_chunk, _chunkWritten, _last!);
            return new ReadOnlySequence<byte>(_first, 0, current, _chunkWritten);
        }
    }

    /// <summary>Starts over.</summary>
    public void Clear()
    {
        // What Written has put behind the last segment stands for the current chunk.
        for (var segment = _first; segment is not null; segment = segment == _last ? null : (Segment?)segment.Next)
            ArrayPool<byte>.Shared.Return(segment.Array);
        _first = _last = null;
        _chunkWritten = 0;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _chunk.Length - _chunkWritten);
        _chunkWritten += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _chunk.AsMemory(_chunkWritten);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _chunk.AsSpan(_chunkWritten);
    }

    public void Dispose()
    {
        Clear();
        if (_chunk.Length > 0)
            ArrayPool<byte>.Shared.Return(_chunk);
        _chunk = [];
    }

    private void EnsureFree(int sizeHint)
    {
        sizeHint = Math.Max(sizeHint, 1);
        if (sizeHint <= _chunk.Length - _chunkWritten)
            return;

        if (_chunkWritten > 0)
        {
            _last = new Segment(_chunk, _chunkWritten, _last);
            _first ??= _last;
        }
        else if (_chunk.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_chunk);
        }

        _chunk = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, _first is null ? FirstChunkSize : ChunkSize));
        _chunkWritten = 0;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] array, int written, Segment? previous)
        {
            Array = array;
            Memory = array.AsMemory(0, written);
            if (previous is null)
                return;

            RunningIndex = previous.End;
            previous.Next = this;
        }

        public byte[] Array { get; }

        public long End => RunningIndex + Memory.Length;
    }
}
