using System.Buffers;
using Google.Protobuf;
using Rpc.Json;
using Rpc.Tests.Fuzzing;

namespace Rpc.Tests.Json;

/// <summary>
/// Mutated messages and JSON texts, with seeds: whatever the input, there is a result or a <see cref="TranscodingException"/>.
/// </summary>
public class HostileInputTests
{
    private const int InputsPerSeed = 500;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(100, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_messages_are_written_or_refused(int seed)
    {
        var fuzzer = new TranscoderFuzzer(seed);

        Assert.InRange(Enumerable.Range(0, InputsPerSeed).Count(_ => fuzzer.WriteOne()), 1, InputsPerSeed - 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_json_is_read_or_refused(int seed)
    {
        var fuzzer = new TranscoderFuzzer(seed);

        Assert.InRange(Enumerable.Range(0, InputsPerSeed).Count(_ => fuzzer.ReadOne()), 1, InputsPerSeed - 1);
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
            var message = Mutation.Apply(random, messages.Next().ToByteArray(), [[0x0B], [0x0C], [0x80], [0x00]]);
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
}
