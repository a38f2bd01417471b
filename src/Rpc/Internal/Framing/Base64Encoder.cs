using System.Buffers;
using System.Buffers.Text;

namespace Rpc.Internal.Framing;

/// <summary>Writes bytes as one piece of base64, padded at its end.</summary>
internal static class Base64Encoder
{
    /// <summary>A multiple of three, so that padding only comes at the end.</summary>
    private const int BlockSize = 3 * 1024;

    public static void Encode(ReadOnlySequence<byte> bytes, IBufferWriter<byte> output)
    {
        Span<byte> block = stackalloc byte[BlockSize];
        while (!bytes.IsEmpty)
        {
            var count = (int)Math.Min(bytes.Length, BlockSize);
            bytes.Slice(0, count).CopyTo(block);
            bytes = bytes.Slice(count);

            var encoded = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(count));
            Base64.EncodeToUtf8(block[..count], encoded, out _, out var length);
            output.Advance(length);
        }
    }
}
