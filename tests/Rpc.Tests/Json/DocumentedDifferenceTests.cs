using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Rpc.Json;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

/// <summary>
/// Where Google.Protobuf 3.25 and the transcoder differ, and why the transcoder does what it does. Anything else is a defect:
/// <see cref="DifferentialTests"/> finds none.
/// </summary>
public class DocumentedDifferenceTests
{
    private const string Refused = "refused";

    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(EverythingReflection.Descriptor);

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Types));

    [Theory]
    // A field twice: allowed to be an error, and better found than guessed. JsonParser takes the last.
    [InlineData("""{"int32_value": 1, "int32Value": 2}""", Refused, """{ "int32Value": 2 }""")]
    // JSON's syntax for numbers holds in strings too.
    [InlineData("""{"int32Value": "1."}""", Refused, """{ "int32Value": 1 }""")]
    // Both base64 alphabets, with or without padding, and whatever the unused bits are.
    [InlineData("""{"bytesValue": "-_"}""", """{ "bytesValue": "+w==" }""", Refused)]
    // A null member of a oneof is an absent one.
    [InlineData("""{"choiceString": "test", "choiceUint32": null}""", """{ "choiceString": "test" }""", Refused)]
    // An Empty has no JSON form of its own, so within an Any it has no "value"; one that is there is accepted.
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Empty"}}""",
        """{ "any": { "@type": "type.googleapis.com/google.protobuf.Empty", "value": { } } }""", Refused)]
    public void Json_is_read_otherwise_than_by_JsonParser(string json, string ours, string theirs)
    {
        Assert.Equal(ours, Outcome(() => Formatter.Format(Transcoding.FromJson<Everything>(json))));
        Assert.Equal(theirs, Outcome(() => Formatter.Format(Parser.Parse<Everything>(json))));
    }

    [Fact]
    public void Messages_are_written_otherwise_than_by_JsonFormatter()
    {
        (Everything Message, string Ours, string Theirs)[] differences =
        [
            // An Any without a type and a value is one that was never set.
            (new() { Any = new Any() }, """{"any":{}}""", Refused),
            // As above.
            (new() { Any = Any.Pack(new Empty()) },
                """{"any":{"@type":"type.googleapis.com/google.protobuf.Empty"}}""",
                """{ "any": { "@type": "type.googleapis.com/google.protobuf.Empty", "value": { } } }"""),
            // An empty key is a key.
            (new() { Struct = new Struct { Fields = { [""] = Value.ForNumber(1) } } }, """{"struct":{"":1}}""", Refused),
        ];

        foreach (var (message, ours, theirs) in differences)
        {
            Assert.Equal(ours, Transcoding.ToJson(message));
            Assert.Equal(theirs, Outcome(() => Formatter.Format(message)));
        }
    }

    private static string Outcome(Func<string> transcode)
    {
        try
        {
            return transcode();
        }
        catch (Exception e) when (e is TranscodingException or InvalidProtocolBufferException or InvalidOperationException)
        {
            return Refused;
        }
    }
}
