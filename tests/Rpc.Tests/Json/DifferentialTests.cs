using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Rpc.Json;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

/// <summary>
/// Random messages through the transcoder, which has only descriptors, and through Google.Protobuf's JsonFormatter and
/// JsonParser, which have generated types.
/// </summary>
public class DifferentialTests
{
    private const int MessagesPerSeed = 50;

    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(EverythingReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Types));

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_json_of_a_message_is_that_of_JsonFormatter(int seed)
    {
        AssertSameJson(seed, Formatter, new JsonTranscoderOptions());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_json_of_a_message_with_every_option_is_that_of_JsonFormatter(int seed)
    {
        var formatter = new JsonFormatter(JsonFormatter.Settings.Default.WithTypeRegistry(Types).WithFormatDefaultValues(true)
            .WithFormatEnumsAsIntegers(true).WithPreserveProtoFieldNames(true));
        AssertSameJson(
            seed,
            formatter,
            new JsonTranscoderOptions { WriteDefaultValues = true, EnumsAsNumbers = true, PreserveProtoNames = true });
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_message_of_a_json_is_that_of_JsonParser(int seed)
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(Types));
        var messages = new RandomMessages(seed);
        for (var i = 0; i < MessagesPerSeed; i++)
        {
            var json = Formatter.Format(messages.Next());

            var expected = parser.Parse<Everything>(json);
            foreach (var sequence in Segmented.Both(Encoding.UTF8.GetBytes(json)))
                AssertSame(expected, Everything.Parser.ParseFrom(Transcoding.ToBytes(RunTimeDescriptors.Everything, sequence)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_message_comes_back_from_json_as_it_was(int seed)
    {
        var messages = new RandomMessages(seed);
        for (var i = 0; i < MessagesPerSeed; i++)
        {
            var message = messages.Next();

            AssertSame(message, Transcoding.FromJson<Everything>(Transcoding.ToJson(message)));
        }
    }

    private static void AssertSameJson(int seed, JsonFormatter formatter, JsonTranscoderOptions options)
    {
        var messages = new RandomMessages(seed);
        for (var i = 0; i < MessagesPerSeed; i++)
        {
            var message = messages.Next();

            var expected = formatter.Format(message);
            foreach (var sequence in Segmented.Both(message.ToByteArray()))
                AssertSame(expected, Transcoding.ToJson(RunTimeDescriptors.Everything, sequence, options));
        }
    }

    /// <summary>By their JSON, because what is in an Any may be encoded in several ways.</summary>
    private static void AssertSame(Everything expected, Everything actual) => AssertSame(Formatter.Format(expected), Formatter.Format(actual));

    private static void AssertSame(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nbut got  {actual}");
}
