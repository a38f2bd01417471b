using System.Buffers;
using System.Buffers.Binary;

namespace Rpc.Internal.Framing;

/// <summary>Puts enveloped messages into an output.</summary>
internal static class EnvelopeWriter
{
    public static void Write(IBufferWriter<byte> output, byte flags, in ReadOnlySequence<byte> payload)
    {
        var span = output.GetSpan(Envelope.PrefixSize);
        span[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], checked((uint)payload.Length));

        // What fits behind the prefix goes with it: each Advance of a response's writer takes its lock.
        var first = payload.FirstSpan;
        first = first[..Math.Min(first.Length, span.Length - Envelope.PrefixSize)];
        first.CopyTo(span[Envelope.PrefixSize..]);
        output.Advance(Envelope.PrefixSize + first.Length);
        if (first.Length == payload.Length)
            return;

        foreach (var segment in payload.Slice(first.Length))
            output.Write(segment.Span);
    }
}
