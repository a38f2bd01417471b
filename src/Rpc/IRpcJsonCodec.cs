using System.Buffers;
using Google.Protobuf.Reflection;

namespace Rpc;

/// <summary>
/// Translates messages of clients that speak JSON. Registered as a service, it serves the JSON content types of all protocols,
/// for methods whose service has a descriptor. It is used by many calls at once.
/// </summary>
public interface IRpcJsonCodec
{
    /// <summary>Writes a JSON text as an encoded message.</summary>
    /// <exception cref="FormatException">The text is not the JSON of such a message. The client is told the exception's message.</exception>
    void JsonToProto(MessageDescriptor type, in ReadOnlySequence<byte> json, IBufferWriter<byte> message);

    /// <summary>Writes an encoded message as a JSON text.</summary>
    void ProtoToJson(MessageDescriptor type, in ReadOnlySequence<byte> message, IBufferWriter<byte> json);
}
