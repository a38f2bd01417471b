using System.Buffers;

namespace Rpc.Json;

/// <summary>A message in one piece, which offsets can point into; one of several pieces is copied to pooled memory.</summary>
internal readonly ref struct ContiguousMessage
{
    private readonly byte[]? _rented;

    public ContiguousMessage(in ReadOnlySequence<byte> message, int maxLength)
    {
        if (message.Length > maxLength)
            throw new TranscodingException($"the message is longer than {maxLength} bytes");
        if (message.IsSingleSegment)
        {
            Span = message.FirstSpan;
            return;
        }

        var length = (int)message.Length;
        _rented = ArrayPool<byte>.Shared.Rent(length);
        message.CopyTo(_rented);
        Span = _rented.AsSpan(0, length);
    }

    public ReadOnlySpan<byte> Span { get; }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
