using System.Buffers;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>
/// Transcodes between protobuf and JSON by proto3's canonical mapping (https://protobuf.dev/programming-guides/json/), from
/// descriptors alone: no generated types are needed, so descriptors may come and go at run time. Safe for concurrent use.
/// </summary>
public sealed class JsonTranscoder
{
    private readonly JsonTranscoderOptions _options;
    private readonly Func<string, MessageDescriptor?> _anyResolver;

    /// <summary>Creates a transcoder.</summary>
    /// <param name="options">How to read and write.</param>
    /// <param name="anyResolver">
    /// Finds the type of a <c>google.protobuf.Any</c> by its full name, such as <c>order.v1.Order</c>; null if there is none.
    /// <see cref="TypeRegistry.Find"/> fits. Without it every <c>Any</c> that holds something is an error.
    /// </param>
    public JsonTranscoder(JsonTranscoderOptions? options = null, Func<string, MessageDescriptor?>? anyResolver = null)
    {
        _options = options ?? new JsonTranscoderOptions();
        _anyResolver = anyResolver ?? (static _ => null);
    }

    /// <summary>Writes an encoded message as one JSON value.</summary>
    /// <exception cref="TranscodingException">The message is malformed, or beyond a limit. Part of it may have been written.</exception>
    public void WriteJson(MessageDescriptor type, in ReadOnlySequence<byte> message, Utf8JsonWriter writer) =>
        throw new NotImplementedException();

    /// <summary>
    /// Writes the fields of an encoded message as properties of an object that the caller has opened and will close, which
    /// leaves room for properties of its own. For messages with a JSON form of their own, such as
    /// <c>google.protobuf.Timestamp</c>, there are no such properties: <see cref="ArgumentException"/>.
    /// </summary>
    /// <exception cref="TranscodingException">The message is malformed, or beyond a limit. Part of it may have been written.</exception>
    public void WriteJsonFields(MessageDescriptor type, in ReadOnlySequence<byte> message, Utf8JsonWriter writer) =>
        throw new NotImplementedException();

    /// <summary>
    /// Reads one JSON value and writes it as an encoded message. Nothing is written unless all of it could be read.
    /// </summary>
    /// <param name="type">The message's type.</param>
    /// <param name="json">
    /// On the value's first token, or before it (nothing read yet, or on the property's name); afterwards on its last. It must
    /// hold the whole value, and its options may skip comments but not return them.
    /// </param>
    /// <param name="output">Where the message goes, without a length.</param>
    /// <exception cref="TranscodingException">The JSON is malformed, does not fit the type, or is beyond a limit.</exception>
    public void WriteMessage(MessageDescriptor type, ref Utf8JsonReader json, IBufferWriter<byte> output) =>
        throw new NotImplementedException();

    /// <summary>Reads a JSON text, which holds nothing but the value, and writes it as an encoded message.</summary>
    /// <inheritdoc cref="WriteMessage(MessageDescriptor, ref Utf8JsonReader, IBufferWriter{byte})"/>
    public void WriteMessage(MessageDescriptor type, in ReadOnlySequence<byte> json, IBufferWriter<byte> output) =>
        throw new NotImplementedException();
}
