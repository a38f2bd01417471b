using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Rpc.Json;
using Rpc.Tests.Json;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Fuzzing;

/// <summary>
/// Damaged messages and JSON texts for the transcoder: whatever the input, there is a result or a <see cref="TranscodingException"/>.
/// Anything else throws.
/// </summary>
internal sealed class TranscoderFuzzer(int seed)
{
    /// <summary>How often a message is damaged before it is another's turn: making one takes longer than reading it.</summary>
    private const int UsesPerMessage = 20;

    private static readonly JsonTranscoder[] Transcoders =
    [
        new(null, RunTimeDescriptors.Resolve),
        new(
            new JsonTranscoderOptions { IgnoreUnknownFields = true, WriteDefaultValues = true, EnumsAsNumbers = true, MaxOutputBytes = 1_000_000 },
            RunTimeDescriptors.Resolve),
    ];

    private static readonly byte[][] MessageSplices = [[0x0B], [0x0C], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x80], [0x00], [0xAA, 0x08]];

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "null", "true", "[", "]", "{", "}", ",", ":", "\"", "\\", "\\u0041", "\\ud800", "\"@type\"", "\"value\"", "1e999", "-0", "1.5", "\"1\"",
            "\"NaN\"", "\"type.googleapis.com/google.protobuf.Any\"", "\"type.googleapis.com/google.protobuf.Value\"", "\"nested\":{", "{}", "[]",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0x00],
    ];

    private readonly Random _random = new(seed);
    private readonly RandomMessages _messages = new(seed);
    private readonly ArrayBufferWriter<byte> _output = new();
    private byte[] _message = [];
    private byte[] _json = [];
    private int _uses;

    /// <summary>A damaged message to JSON; tells whether it was written.</summary>
    public bool WriteOne()
    {
        NextMessage();
        var message = Mutation.Apply(_random, _message, MessageSplices);
        _output.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_output);
        try
        {
            _random.Pick(Transcoders).WriteJson(RunTimeDescriptors.Everything, Sequence(message), writer);
        }
        catch (TranscodingException)
        {
            return false;
        }

        writer.Flush();

        // Which would throw if what was written were not JSON.
        JsonDocument.Parse(_output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1_000 }).Dispose();
        return true;
    }

    /// <summary>A damaged JSON text to a message; tells whether it was read.</summary>
    public bool ReadOne()
    {
        NextMessage();
        var json = Mutation.Apply(_random, _json, Tokens);
        _output.ResetWrittenCount();
        try
        {
            _random.Pick(Transcoders).WriteMessage(RunTimeDescriptors.Everything, Sequence(json), _output);
        }
        catch (TranscodingException)
        {
            return false;
        }

        // Which would throw if what was written were not a message.
        Everything.Parser.WithDiscardUnknownFields(true).ParseFrom(_output.WrittenSpan);
        return true;
    }

    private void NextMessage()
    {
        if (_uses++ % UsesPerMessage != 0)
            return;

        var message = _messages.Next();
        _message = message.ToByteArray();
        _json = Encoding.UTF8.GetBytes(Transcoding.ToJson(message));
    }

    private ReadOnlySequence<byte> Sequence(byte[] bytes) => _random.Next(2) == 0 ? new ReadOnlySequence<byte>(bytes) : Segmented.Of(bytes, _random.Next(1, 20));
}
