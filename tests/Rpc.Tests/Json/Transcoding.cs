using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Rpc.Json;

namespace Rpc.Tests.Json;

/// <summary>The transcoder between strings and byte arrays, with run-time descriptors.</summary>
internal static class Transcoding
{
    public static string ToJson(IMessage message, JsonTranscoderOptions? options = null) =>
        ToJson(RunTimeDescriptors.Find(message.Descriptor.FullName), message.ToByteArray(), options);

    public static string ToJson(MessageDescriptor type, byte[] message, JsonTranscoderOptions? options = null) =>
        ToJson(type, new ReadOnlySequence<byte>(message), options);

    public static string ToJson(MessageDescriptor type, ReadOnlySequence<byte> message, JsonTranscoderOptions? options = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            new JsonTranscoder(options, RunTimeDescriptors.Resolve).WriteJson(type, message, writer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static byte[] ToBytes(MessageDescriptor type, string json, JsonTranscoderOptions? options = null) =>
        ToBytes(type, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), options);

    public static byte[] ToBytes(MessageDescriptor type, ReadOnlySequence<byte> json, JsonTranscoderOptions? options = null)
    {
        var output = new ArrayBufferWriter<byte>();
        new JsonTranscoder(options, RunTimeDescriptors.Resolve).WriteMessage(type, json, output);
        return output.WrittenSpan.ToArray();
    }

    public static T FromJson<T>(string json, JsonTranscoderOptions? options = null)
        where T : IMessage<T>, new()
    {
        var message = new T();
        message.MergeFrom(ToBytes(RunTimeDescriptors.Find(message.Descriptor.FullName), json, options));
        return message;
    }
}
