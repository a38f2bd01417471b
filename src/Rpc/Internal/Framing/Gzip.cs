using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Rpc.Internal.Framing;

/// <summary>Compression of one message at a time.</summary>
internal static class Gzip
{
    public const string Name = "gzip";

    /// <summary>What a client is told that it may send.</summary>
    public const string AcceptedEncodings = "gzip,identity";

    private const int ReadSize = 4096;

    public static void Compress(in ReadOnlySequence<byte> message, IBufferWriter<byte> output)
    {
        using var gzip = new GZipStream(new BufferWriterStream(output), CompressionLevel.Fastest);
        foreach (var segment in message)
            gzip.Write(segment.Span);
    }

    /// <summary>Decompresses, and stops as soon as the message turns out larger than the limit.</summary>
    /// <exception cref="RpcException">The message exceeds the limit or is not gzip.</exception>
    public static void Decompress(in ReadOnlySequence<byte> compressed, PooledBuffer output, int maxSize)
    {
        try
        {
            using var gzip = new GZipStream(new SequenceStream(compressed), CompressionMode.Decompress);
            while (gzip.Read(output.GetSpan(ReadSize)) is > 0 and var count)
            {
                output.Advance(count);
                if (output.WrittenCount > maxSize)
                    throw new RpcException(Errors.RequestTooLarge(maxSize));
            }
        }
        catch (InvalidDataException)
        {
            throw new RpcException(Errors.MalformedCompression);
        }

        // GZipStream takes a cut for the end. The size in the trailer tells: a message is one gzip member.
        if (DeclaredSize(compressed) != (uint)output.WrittenCount)
            throw new RpcException(Errors.MalformedCompression);
    }

    /// <summary>Whether a comma-separated list of encodings, as clients send them, has gzip in it (and not with <c>q=0</c>).</summary>
    public static bool IsAccepted(ReadOnlySpan<char> encodings)
    {
        foreach (var range in encodings.Split(','))
        {
            var encoding = encodings[range].Trim();
            var parameters = encoding.IndexOf(';');
            var name = parameters < 0 ? encoding : encoding[..parameters].TrimEnd();
            if (name.Equals(Name, StringComparison.OrdinalIgnoreCase))
                return parameters < 0 || !IsRefused(encoding[(parameters + 1)..].Trim());
        }

        return false;
    }

    /// <summary>Whether an encoding, as a client declares it, is gzip; otherwise it is none.</summary>
    /// <exception cref="RpcException">UNIMPLEMENTED: it is another one.</exception>
    public static bool IsDeclared(string? encoding)
    {
        if (string.IsNullOrEmpty(encoding) || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return false;

        return encoding.Equals(Name, StringComparison.OrdinalIgnoreCase) ? true : throw new RpcException(Errors.UnsupportedEncoding(encoding));
    }

    private static uint? DeclaredSize(in ReadOnlySequence<byte> compressed)
    {
        if (compressed.Length < sizeof(uint))
            return null;

        Span<byte> size = stackalloc byte[sizeof(uint)];
        compressed.Slice(compressed.Length - sizeof(uint)).CopyTo(size);
        return BinaryPrimitives.ReadUInt32LittleEndian(size);
    }

    private static bool IsRefused(ReadOnlySpan<char> quality)
        => quality.StartsWith("q=0", StringComparison.OrdinalIgnoreCase) && !quality[3..].ContainsAnyExcept('0', '.');
}
