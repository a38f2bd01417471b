using System.Buffers;
using System.Buffers.Binary;

namespace Rpc.Internal.Framing;

/// <summary>Puts enveloped messages into an output.</summary>
internal static class EnvelopeWriter
{
    public static void Write(IBufferWriter<byte> output, byte flags, in ReadOnlySequence<byte> payload)
    {
        var prefix = output.GetSpan(Envelope.PrefixSize);
        prefix[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], checked((uint)payload.Length));
        output.Advance(Envelope.PrefixSize);
        foreach (var segment in payload)
            output.Write(segment.Span);
    }
}
