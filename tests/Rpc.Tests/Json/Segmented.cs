using System.Buffers;

namespace Rpc.Tests.Json;

/// <summary>The same bytes as a sequence of one segment, or of many.</summary>
internal static class Segmented
{
    public static IEnumerable<ReadOnlySequence<byte>> Both(byte[] bytes) => [new(bytes), Of(bytes, 1), Of(bytes, 7)];

    public static ReadOnlySequence<byte> Of(byte[] bytes, int segmentLength)
    {
        if (bytes.Length <= segmentLength)
            return new ReadOnlySequence<byte>(bytes);

        var first = new Segment(bytes.AsMemory(0, segmentLength), 0);
        var last = first;
        for (var start = segmentLength; start < bytes.Length; start += segmentLength)
            last = last.Append(bytes.AsMemory(start, Math.Min(segmentLength, bytes.Length - start)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex) => (Memory, RunningIndex) = (memory, runningIndex);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
