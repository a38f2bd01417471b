using System.Buffers;

namespace Restate.Sdk;

internal sealed class BytesSerde : Serde<ReadOnlyMemory<byte>>
{
    public override string ContentType => "application/octet-stream";

    public override void Serialize(ReadOnlyMemory<byte> value, IBufferWriter<byte> writer) => writer.Write(value.Span);

    public override ReadOnlyMemory<byte> Serialize(ReadOnlyMemory<byte> value) => value;

    public override ReadOnlyMemory<byte> Deserialize(ReadOnlyMemory<byte> bytes) => bytes;
}
