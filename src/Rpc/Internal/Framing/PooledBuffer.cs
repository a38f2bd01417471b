using System.Buffers;

namespace Rpc.Internal.Framing;

/// <summary>A growing buffer on a pooled array. Writing starts over with <see cref="Clear"/>; <see cref="Dispose"/> gives the array back.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int InitialSize = 4096;

    private byte[] _array = [];
    private int _written;

    public int WrittenCount => _written;

    public ReadOnlySequence<byte> Written => new(_array, 0, _written);

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _written);

    public void Clear() => _written = 0;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsSpan(_written);
    }

    public void Dispose()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        _written = 0;
    }

    private void EnsureFree(int sizeHint)
    {
        var needed = checked(_written + Math.Max(sizeHint, 1));
        if (needed <= _array.Length)
            return;

        var doubled = (int)Math.Min((long)_array.Length * 2, Array.MaxLength);
        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, doubled), InitialSize));
        WrittenSpan.CopyTo(grown);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = grown;
    }
}
