using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Rpc.Json;

namespace Rpc.Tests.Json;

/// <summary>
/// Mutated messages and JSON texts, with seeds: whatever the input, there is a result or a <see cref="TranscodingException"/>.
/// </summary>
public class HostileInputTests
{
    private const int InputsPerSeed = 500;

    private static readonly JsonTranscoder[] Transcoders =
    [
        new(null, RunTimeDescriptors.Resolve),
        new(
            new JsonTranscoderOptions { IgnoreUnknownFields = true, WriteDefaultValues = true, EnumsAsNumbers = true, MaxOutputBytes = 1_000_000 },
            RunTimeDescriptors.Resolve),
    ];

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "null", "true", "[", "]", "{", "}", ",", ":", "\"", "\\", "\\u0041", "\\ud800", "\"@type\"", "\"value\"", "1e999", "-0", "1.5", "\"1\"",
            "\"NaN\"", "\"type.googleapis.com/google.protobuf.Any\"", "\"type.googleapis.com/google.protobuf.Value\"", "\"nested\":{", "{}", "[]",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0x00],
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(100, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_messages_are_written_or_refused(int seed)
    {
        var random = new Random(seed);
        var messages = new RandomMessages(seed);
        var output = new ArrayBufferWriter<byte>();
        var written = 0;
        for (var i = 0; i < InputsPerSeed; i++)
        {
            var message = Mutate(random, messages.Next().ToByteArray(), [[0x0B], [0x0C], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x80], [0x00], [0xAA, 0x08]]);
            output.ResetWrittenCount();
            using var writer = new Utf8JsonWriter(output);
            try
            {
                Pick(random, Transcoders).WriteJson(RunTimeDescriptors.Everything, Sequence(random, message), writer);
            }
            catch (TranscodingException)
            {
                continue;
            }

            writer.Flush();
            // Which would throw if what was written were not JSON.
            JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1_000 }).Dispose();
            written++;
        }

        Assert.InRange(written, 1, InputsPerSeed - 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_json_is_read_or_refused(int seed)
    {
        var random = new Random(seed);
        var messages = new RandomMessages(seed);
        var output = new ArrayBufferWriter<byte>();
        var read = 0;
        for (var i = 0; i < InputsPerSeed; i++)
        {
            var json = Mutate(random, Encoding.UTF8.GetBytes(Transcoding.ToJson(messages.Next())), Tokens);
            output.ResetWrittenCount();
            try
            {
                Pick(random, Transcoders).WriteMessage(RunTimeDescriptors.Everything, Sequence(random, json), output);
            }
            catch (TranscodingException)
            {
                continue;
            }

            // Which would throw if what was written were not a message.
            Protos.Everything.Parser.WithDiscardUnknownFields(true).ParseFrom(output.WrittenSpan);
            read++;
        }

        Assert.InRange(read, 1, InputsPerSeed - 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_messages_are_walked_or_refused(int seed)
    {
        var random = new Random(seed);
        var messages = new RandomMessages(seed);
        var walked = 0;
        for (var i = 0; i < InputsPerSeed; i++)
        {
            var message = Mutate(random, messages.Next().ToByteArray(), [[0x0B], [0x0C], [0x80], [0x00]]);
            var copy = new ArrayBufferWriter<byte>();
            var reader = new WireReader(Sequence(random, message));
            try
            {
                while (reader.Read())
                    copy.Write(reader.Field.ToArray());
            }
            catch (TranscodingException)
            {
                continue;
            }

            Assert.Equal(message, copy.WrittenSpan.ToArray());
            walked++;
        }

        Assert.InRange(walked, 1, InputsPerSeed - 1);
    }

    private static ReadOnlySequence<byte> Sequence(Random random, byte[] bytes) =>
        random.Next(2) == 0 ? new ReadOnlySequence<byte>(bytes) : Segmented.Of(bytes, random.Next(1, 20));

    private static byte[] Mutate(Random random, byte[] original, byte[][] splices)
    {
        List<byte> bytes = [.. original];
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var position = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 9), bytes.Count - position);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(position, length);
                    break;
                case 1:
                    bytes.InsertRange(position, bytes.GetRange(position, length));
                    break;
                case 2:
                    bytes.InsertRange(position, Pick(random, splices));
                    break;
                case 3 when random.Next(4) == 0:
                    bytes.RemoveRange(position, bytes.Count - position);
                    break;
                default:
                    if (position < bytes.Count)
                        bytes[position] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
