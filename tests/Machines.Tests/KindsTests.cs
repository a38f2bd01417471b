using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Kinds.V1;
using Machines.Schema;
using Statecharts;
using Event = Statecharts.Event;

namespace Machines.Tests;

/// <summary>Every kind of field, by the ways that a machine's data takes.</summary>
public class KindsTests
{
    private static readonly Dictionary<string, Kinds.V1.Kinds> Samples = new()
    {
        ["any"] = new() { Any = Any.Pack(new Kinds.V1.Kinds { Text = "packed" }) },
        ["any of a timestamp"] = new() { Any = Any.Pack(Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch)) },
        ["anys"] = new() { Anys = { Any.Pack(new Duration { Seconds = 1 }), Any.Pack(new Kinds.V1.Kinds()) } },
        ["timestamp"] = new() { Timestamp = new Timestamp { Seconds = 1, Nanos = 5 } },
        ["duration"] = new() { Duration = new Duration { Seconds = -1, Nanos = -5 } },
        ["struct"] = new() { Struct = new Struct { Fields = { ["a"] = Value.ForNull(), ["b"] = Value.ForList(Value.ForNull(), Value.ForNumber(1.5)) } } },
        ["empty struct"] = new() { Struct = new Struct() },
        ["null value"] = new() { Value = Value.ForNull() },
        ["value"] = new() { Value = Value.ForString("x") },
        ["list"] = new() { List = new ListValue { Values = { Value.ForNull(), Value.ForBool(true) } } },
        ["mask"] = new() { Mask = FieldMask.FromString("any,by_number") },
        ["empty mask"] = new() { Mask = new FieldMask() },
        ["empty"] = new() { Empty = new Empty() },
        ["whole"] = new() { Whole = long.MaxValue },
        ["zero whole"] = new() { Whole = 0 },
        ["truth"] = new() { Truth = false },
        ["raw"] = new() { Raw = ByteString.CopyFrom(0xFB, 0xFF) },
        ["by number"] = new() { ByNumber = { [long.MinValue] = "a", [0] = "b" } },
        ["by truth"] = new() { ByTruth = { [true] = new(), [false] = new() { Int64 = 1 } } },
        ["colours"] = new() { Colours = { ["a"] = Colour.Red, ["b"] = (Colour)99, ["c"] = Colour.Unspecified } },
        ["bytes"] = new() { Bytes = ByteString.CopyFrom(0xFB, 0xFF, 0) },
        ["int64"] = new() { Int64 = long.MinValue, Uint64 = ulong.MaxValue },
        ["NaN"] = new() { Double = double.NaN, Float = float.NaN },
        ["infinity"] = new() { Double = double.NegativeInfinity, Float = float.PositiveInfinity },
        ["extremes"] = new() { Double = double.MaxValue, Float = float.MaxValue },
        ["unknown colour"] = new() { Colour = (Colour)99, Palette = { (Colour)98, Colour.Red } },
        ["presence"] = new() { Maybe = 0, MaybeColour = Colour.Unspecified },
        ["empty text"] = new() { Text = "" },
        ["nested"] = new() { Nested = new() { Nested = new() { Text = "x" } } },
        ["nothing"] = new() { Nothing = NullValue.NullValue },
        ["chosen"] = new() { Chosen = Colour.Unspecified },
        ["unknown chosen"] = new() { Chosen = (Colour)97 },
        ["children"] = new() { Children = { new Kinds.V1.Kinds(), new Kinds.V1.Kinds { Text = "x" } } },
        ["values"] = new() { Values = { Value.ForNull(), Value.ForStruct(new Struct()) } },
        ["named"] = new() { Named = { ["a"] = Value.ForNull(), ["b"] = Value.ForNumber(1) } },
        ["numbers"] = new() { Numbers = { 0, double.NaN } },
    };

    [Theory]
    [InlineData("""{"colour": "COLOUR_GREEN"}""", "colour")]
    [InlineData("""{"nested": {"maybeColour": "COLOUR_GREEN"}}""", "nested.maybeColour")]
    [InlineData("""{"palette": ["COLOUR_RED", "COLOUR_GREEN"]}""", "palette")]
    [InlineData("""{"colours": {"a": "COLOUR_GREEN"}}""", "colours")]
    public void A_stored_enum_value_that_the_enum_does_not_have_is_not_taken_for_another(string json, string path) =>
        Assert.Equal(path, Assert.Throws<JsonFormatException>(() => _model.Read(JsonElement.Parse(json), typeof(Kinds.V1.Kinds))).Path);

    private readonly ProtobufDataModel _model = new(KindsEvent.Descriptor);

    public static TheoryData<string> Names => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Data_is_read_as_it_was_written(string name)
    {
        var sample = Samples[name];
        var json = Write(writer => _model.Write(writer, sample));
        Assert.Equal(sample, _model.Read(JsonElement.Parse(json), typeof(Kinds.V1.Kinds)));
        Assert.Equal(sample, _model.ReadInput(JsonElement.Parse(json), typeof(Kinds.V1.Kinds)));
        Assert.Equal(sample, _model.Clone(sample));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_event_is_read_as_it_was_written(string name)
    {
        var @event = new Event("PUT", Samples[name]);
        var json = JsonElement.Parse(Write(writer => _model.WriteEvent(writer, @event)));
        Assert.Equal(@event, _model.ReadEvent("PUT", json, typeof(Kinds.V1.Kinds)));
        Assert.Equal(@event, _model.ReadStoredEvent("PUT", json, typeof(Kinds.V1.Kinds)));
    }

    [Theory]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("\"9007199254740993\"", 9007199254740993)]
    [InlineData("1e3", 1000)]
    public void A_large_whole_number_is_exact(string json, long expected)
    {
        var kinds = (Kinds.V1.Kinds)_model.ReadInput(JsonElement.Parse($$$"""{"int64": {{{json}}}, "nested": {"whole": {{{json}}} }, "byTruth": {"true": {"int64": {{{json}}} } } }"""), typeof(Kinds.V1.Kinds))!;
        Assert.Equal((expected, expected, expected), (kinds.Int64, kinds.Nested.Whole, kinds.ByTruth[true].Int64));
    }

    [Fact]
    public void A_number_in_free_JSON_stays_a_number()
    {
        var kinds = (Kinds.V1.Kinds)_model.ReadInput(JsonElement.Parse("""{"value": 12345678901234567890, "named": {"a": 1234567890123456}}"""), typeof(Kinds.V1.Kinds))!;
        Assert.Equal((12345678901234567890d, 1234567890123456d), (kinds.Value.NumberValue, kinds.Named["a"].NumberValue));
    }

    [Theory]
    [InlineData("""{"int64": 9223372036854775807, "nested": {"uint64": 18446744073709551615, "colour": []}}""", "nested.colour")]
    [InlineData("""{"int64": 9223372036854775808}""", "int64")]
    [InlineData("""{"children": [{"uint64": 18446744073709551615}, {"uint64": -1}]}""", "children[1].uint64")]
    public void What_does_not_fit_beside_a_large_whole_number_is_named(string json, string path) =>
        Assert.Equal(path, Assert.Throws<Statecharts.JsonFormatException>(() => _model.ReadInput(JsonElement.Parse(json), typeof(Kinds.V1.Kinds))).Path);

    [Fact]
    public void An_Any_of_a_message_that_no_file_imports_is_named()
    {
        var json = JsonElement.Parse("""{"nested": {"any": {"@type": "type.googleapis.com/shipping.v1.Place", "city": "Kyiv"}}}""");
        Assert.Equal("nested.any", Assert.Throws<Statecharts.JsonFormatException>(() => _model.ReadInput(json, typeof(Kinds.V1.Kinds))).Path);
    }

    [Theory]
    [InlineData(nameof(TwinEvent), "kinds.v1.TwinEvent.empty is the event 'CLEAR', and so is another member: give it another option machines.v1.event_type.")]
    [InlineData(nameof(WildEvent), "kinds.v1.WildEvent.clear cannot be the event 'clear.*': a wildcard stands for others.")]
    [InlineData(nameof(EngineEvent), "kinds.v1.EngineEvent.clear cannot be the event 'xstate.clear': such types are the engine's own.")]
    public void An_event_has_a_type_that_can_be_sent(string message, string problem)
    {
        var events = KindsReflection.Descriptor.FindTypeByName<MessageDescriptor>(message);
        Assert.StartsWith(problem, Assert.Throws<ArgumentException>(() => new ProtobufDataModel(events)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_with_two_names_has_the_first()
    {
        var machine = ProtobufMachine.Define<Mode, Kinds.V1.Kinds, KindsEvent>("m").InitialTransition(Mode.Asleep);
        machine.Configure(Mode.Sleeping);
        Assert.Equal("sleeping", machine.Build().Start().Snapshot.Value.Name);
    }

    [Fact]
    public void An_event_is_a_message_whose_JSON_has_fields()
    {
        var error = Assert.Throws<ArgumentException>(() => new ProtobufDataModel(MomentEvent.Descriptor));
        Assert.StartsWith("The event kinds.v1.MomentEvent.at cannot be a google.protobuf.Timestamp", error.Message, StringComparison.Ordinal);
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
