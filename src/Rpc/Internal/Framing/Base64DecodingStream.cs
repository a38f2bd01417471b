using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;

namespace Rpc.Internal.Framing;

/// <summary>Decodes a body of base64, which may have been padded anywhere because it was encoded piece by piece.</summary>
internal sealed class Base64DecodingStream(PipeReader input) : Stream
{
    private const int GroupSize = 4;
    private const int DecodedGroupSize = 3;
    private const int MaxGroups = 1024;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, DecodedGroupSize, nameof(buffer));
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var groups = (int)Math.Min(Math.Min(result.Buffer.Length / GroupSize, buffer.Length / DecodedGroupSize), MaxGroups);
            if (groups > 0 && TryDecode(result.Buffer.Slice(0, groups * GroupSize), buffer.Span, out var consumed, out var written))
            {
                input.AdvanceTo(result.Buffer.GetPosition(consumed));
                return written;
            }

            var malformed = groups > 0 || (result.IsCompleted && !result.Buffer.IsEmpty);
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (malformed)
                throw new RpcException(Errors.MalformedBase64("request"));
            if (result.IsCompleted)
                return 0;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Decodes up to the first padding, after which another piece begins.</summary>
    private static bool TryDecode(in ReadOnlySequence<byte> text, Span<byte> output, out int consumed, out int written)
    {
        Span<byte> contiguous = stackalloc byte[MaxGroups * GroupSize];
        contiguous = contiguous[..(int)text.Length];
        text.CopyTo(contiguous);
        var padding = contiguous.IndexOf((byte)'=');
        if (padding >= 0)
            contiguous = contiguous[..((padding / GroupSize + 1) * GroupSize)];

        return Base64.DecodeFromUtf8(contiguous, output, out consumed, out written) == OperationStatus.Done && consumed == contiguous.Length;
    }
}
