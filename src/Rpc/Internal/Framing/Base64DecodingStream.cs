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
            if (groups > 0)
            {
                var (consumed, written) = Decode(result.Buffer.Slice(0, groups * GroupSize), buffer.Span);
                input.AdvanceTo(result.Buffer.GetPosition(consumed));
                return written;
            }

            var rest = result.Buffer.Length;
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (!result.IsCompleted)
                continue;

            return rest == 0 ? 0 : throw new RpcException(Errors.MalformedBase64("request"));
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
    private static (int Consumed, int Written) Decode(in ReadOnlySequence<byte> text, Span<byte> output)
    {
        Span<byte> contiguous = stackalloc byte[MaxGroups * GroupSize];
        contiguous = contiguous[..(int)text.Length];
        text.CopyTo(contiguous);
        var padding = contiguous.IndexOf((byte)'=');
        if (padding >= 0)
            contiguous = contiguous[..((padding / GroupSize + 1) * GroupSize)];

        if (Base64.DecodeFromUtf8(contiguous, output, out var consumed, out var written) != OperationStatus.Done || consumed != contiguous.Length)
            throw new RpcException(Errors.MalformedBase64("request"));
        return (consumed, written);
    }
}
