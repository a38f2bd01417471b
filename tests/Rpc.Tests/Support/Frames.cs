using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Rpc.Tests.Support;

/// <summary>Length-prefixed messages, written and read by other code than the library's.</summary>
internal static class Frames
{
    public static byte[] Frame(ReadOnlySpan<byte> payload, byte flags = 0)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static byte[] Frame(string payload, byte flags = 0) => Frame(Encoding.UTF8.GetBytes(payload), flags);

    /// <summary>Splits a body into frames; fails on anything left over.</summary>
    public static List<(byte Flags, byte[] Payload)> Split(ReadOnlySpan<byte> body)
    {
        var frames = new List<(byte, byte[])>();
        while (!body.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body[1..]);
            frames.Add((body[0], body.Slice(5, length).ToArray()));
            body = body[(5 + length)..];
        }

        return frames;
    }

    /// <summary>Reads one frame off a stream, or null at its end.</summary>
    public static async Task<(byte Flags, byte[] Payload)?> ReadAsync(Stream stream)
    {
        var prefix = new byte[5];
        var read = await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false);
        if (read == 0)
            return null;

        if (read < prefix.Length)
            throw new EndOfStreamException("The stream ends within a frame's prefix.");

        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await stream.ReadExactlyAsync(payload);
        return (prefix[0], payload);
    }

    public static byte[] Gzip(ReadOnlySpan<byte> data)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize))
            gzip.Write(data);
        return output.ToArray();
    }

    public static byte[] Gunzip(byte[] data)
    {
        using var gzip = new GZipStream(new MemoryStream(data), CompressionMode.Decompress);
        var output = new MemoryStream();
        gzip.CopyTo(output);
        return output.ToArray();
    }
}
