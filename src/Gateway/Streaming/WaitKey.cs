using System.Buffers.Binary;

namespace Gateway.Streaming;

/// <summary>
/// The idempotency keys of waits whose event goes to <c>sendAndWaitFor</c>. They have a form of their own, which tells that, and when they were
/// made: each handler has idempotency keys of its own, so which of them has the event must follow from the key alone.
/// </summary>
internal static class WaitKey
{
    private const string Prefix = "wait-";
    private const string GuidFormat = "N";

    /// <summary>Beside the random part, a version 7 UUID begins with 48 bits of milliseconds (RFC 9562, section 5.7).</summary>
    private const int TimeBits = 48;

    public static string New(DateTimeOffset now) => Prefix + Guid.CreateVersion7(now).ToString(GuidFormat);

    /// <summary>When a key was made; null when it is another kind of key.</summary>
    public static DateTimeOffset? MadeAt(string key)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal) || !Guid.TryParseExact(key.AsSpan(Prefix.Length), GuidFormat, out var guid) || guid.Version != 7)
            return null;

        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (sizeof(ulong) * 8 - TimeBits));
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
