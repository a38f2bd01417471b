using System.Buffers;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Rpc.Json;

namespace Rpc.Internal.Codecs;

/// <summary>JSON by <see cref="JsonTranscoder"/>; a <c>google.protobuf.Any</c> may hold any type of the registry's files.</summary>
internal sealed class TranscoderCodec(MessageTypes types, JsonTranscoderOptions options) : IRpcJsonCodec
{
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private readonly JsonTranscoder _transcoder = new(options, types.Find);

    public void JsonToProto(MessageDescriptor type, in ReadOnlySequence<byte> json, IBufferWriter<byte> message)
    {
        try
        {
            _transcoder.WriteMessage(type, json, message);
        }
        catch (TranscodingException malformed)
        {
            throw new FormatException(malformed.Message, malformed);
        }
    }

    public void ProtoToJson(MessageDescriptor type, in ReadOnlySequence<byte> message, IBufferWriter<byte> json)
    {
        var writer = _writer ??= new Utf8JsonWriter(Stream.Null);
        writer.Reset(json);
        _transcoder.WriteJson(type, message, writer);
        writer.Flush();
        writer.Reset(Stream.Null);
    }
}
