using System.Buffers;

namespace Rpc.Internal.Framing;

/// <summary>A message with the prefix that gRPC, gRPC-Web and Connect's streams put before it: one byte of flags, four of length.</summary>
internal readonly record struct Envelope(byte Flags, ReadOnlySequence<byte> Payload)
{
    public const int PrefixSize = 5;

    public const byte CompressedFlag = 1;
}
