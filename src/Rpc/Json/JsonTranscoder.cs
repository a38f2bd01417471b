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
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative, or more than can be kept.</exception>
    public JsonTranscoder(JsonTranscoderOptions? options = null, Func<string, MessageDescriptor?>? anyResolver = null)
    {
        _options = options ?? new JsonTranscoderOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxDepth, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxOutputBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxInputBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MaxInputBytes, JsonTranscoderOptions.LargestInput, nameof(options));
        _anyResolver = anyResolver ?? (static _ => null);
    }

    /// <summary>Writes an encoded message as one JSON value.</summary>
    /// <exception cref="TranscodingException">The message is malformed, or beyond a limit. Part of it may have been written.</exception>
    public void WriteJson(MessageDescriptor type, in ReadOnlySequence<byte> message, Utf8JsonWriter writer)
    {
        using var input = new ContiguousMessage(message, _options.MaxInputBytes);
        new MessageToJson(_options, _anyResolver, writer).WriteMessage(MessagePlan.Of(type), input.Span, depth: 0);
    }

    /// <summary>Writes an encoded message as a JSON text. Non-ASCII characters are written as they are.</summary>
    /// <exception cref="TranscodingException">The message is malformed, or beyond a limit. Part of it may have been written.</exception>
    public void WriteJson(MessageDescriptor type, in ReadOnlySequence<byte> message, IBufferWriter<byte> output)
    {
        var writer = JsonWriterCache.Take(output);
        WriteJson(type, message, writer);
        writer.Flush();
        JsonWriterCache.Return(writer);
    }

    /// <summary>
    /// Whether a message's JSON form is an object with its fields. It is not where the mapping gives the message a form of its own, as it
    /// does <c>google.protobuf.Timestamp</c>.
    /// </summary>
    public static bool HasJsonFields(MessageDescriptor type) => MessagePlan.Of(type).HasJsonFields;

    /// <summary>
    /// Writes the fields of an encoded message as properties of an object that the caller has opened and will close, which
    /// leaves room for properties of its own. For messages without such properties (<see cref="HasJsonFields"/>):
    /// <see cref="ArgumentException"/>.
    /// </summary>
    /// <exception cref="TranscodingException">The message is malformed, or beyond a limit. Part of it may have been written.</exception>
    public void WriteJsonFields(MessageDescriptor type, in ReadOnlySequence<byte> message, Utf8JsonWriter writer)
    {
        var plan = MessagePlan.Of(type);
        if (!plan.HasJsonFields)
            throw new ArgumentException($"The JSON form of {type.FullName} is not an object with its fields; use {nameof(WriteJson)}.", nameof(type));
        using var input = new ContiguousMessage(message, _options.MaxInputBytes);
        new MessageToJson(_options, _anyResolver, writer).WriteFields(plan, input.Span, depth: 1);
    }

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
    public void WriteMessage(MessageDescriptor type, ref Utf8JsonReader json, IBufferWriter<byte> output)
    {
        if (json.TokenType is JsonTokenType.None or JsonTokenType.PropertyName)
            JsonToMessage.Read(ref json);
        var message = new JsonToMessage(_options, _anyResolver);
        try
        {
            message.ReadMessage(MessagePlan.Of(type), ref json, depth: 0);
            message.CopyTo(output);
        }
        finally
        {
            message.Dispose();
        }
    }

    /// <summary>Reads a JSON text, which holds nothing but the value, and writes it as an encoded message.</summary>
    /// <inheritdoc cref="WriteMessage(MessageDescriptor, ref Utf8JsonReader, IBufferWriter{byte})"/>
    public void WriteMessage(MessageDescriptor type, in ReadOnlySequence<byte> json, IBufferWriter<byte> output)
    {
        if (json.Length > _options.MaxInputBytes)
            throw new TranscodingException($"the JSON is longer than {_options.MaxInputBytes} bytes");
        // Each message may bring two levels of JSON: its own and that of a list or a map.
        var readerOptions = new JsonReaderOptions { MaxDepth = (int)Math.Min(2L * _options.MaxDepth, int.MaxValue) };
        var reader = json.IsSingleSegment ? new Utf8JsonReader(json.FirstSpan, readerOptions) : new Utf8JsonReader(json, readerOptions);
        var message = new JsonToMessage(_options, _anyResolver);
        try
        {
            JsonToMessage.Read(ref reader);
            message.ReadMessage(MessagePlan.Of(type), ref reader, depth: 0);
            if (JsonToMessage.TryRead(ref reader))
                throw new TranscodingException("the JSON goes on after its value");
            message.CopyTo(output);
        }
        finally
        {
            message.Dispose();
        }
    }
}
