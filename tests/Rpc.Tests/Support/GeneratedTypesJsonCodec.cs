using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Rpc.Tests.Support;

/// <summary>JSON by Google.Protobuf, for descriptors of generated types.</summary>
internal sealed class GeneratedTypesJsonCodec : IRpcJsonCodec
{
    public void JsonToProto(MessageDescriptor type, in ReadOnlySequence<byte> json, IBufferWriter<byte> message)
    {
        try
        {
            JsonParser.Default.Parse(Encoding.UTF8.GetString(json), type).WriteTo(message);
        }
        catch (Exception malformed) when (malformed is InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new FormatException(malformed.Message, malformed);
        }
    }

    public void ProtoToJson(MessageDescriptor type, in ReadOnlySequence<byte> message, IBufferWriter<byte> json)
        => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(type.Parser.ParseFrom(message)), json);
}
