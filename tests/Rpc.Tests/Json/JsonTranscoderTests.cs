using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rpc.Json;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

public class JsonTranscoderTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("""{"nested": {"a": 1}, "strings": ["x"]}""");

    [Theory]
    [InlineData("""{"nested": {"everything": {"nesteds": [{}, {}, {"a": "x"}]}}}""", "nested.everything.nesteds[2].a")]
    [InlineData("""{"int32s": [1, 2, true]}""", "int32s[2]")]
    [InlineData("""{"strings": ["a", 1]}""", "strings[1]")]
    [InlineData("""{"nestedMap": {"eu": {"a": true}}}""", "nestedMap[\"eu\"].a")]
    [InlineData("""{"int32Keys": {"-7": "x"}}""", "int32Keys[-7]")]
    [InlineData("""{"uint64Keys": {"18446744073709551615": "x"}}""", "uint64Keys[18446744073709551615]")]
    [InlineData("""{"boolKeys": {"true": 1}}""", "boolKeys[true]")]
    [InlineData("""{"int32Keys": {"x": 1}}""", "int32Keys")]
    [InlineData("""{"nested": {"b": 1}}""", "nested.b")]
    [InlineData("""{"struct": {"a": [0, 1e400]}}""", "struct[\"a\"][1]")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/rpc.tests.json.Nested", "a": "x"}}""", "any.a")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": 1}}""", "any.value")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/no.such.Type"}}""", "any.@type")]
    [InlineData("""{"nested": {"a": 1, "a": 2}}""", "nested.a")]
    [InlineData("""{"nested": {"a": 1,,}}""", "nested")]
    [InlineData("""[]""", "")]
    public void An_error_in_json_names_the_path(string json, string path)
    {
        var error = Assert.Throws<TranscodingException>(() => Transcoding.FromJson<Everything>(json));

        Assert.Equal(path, error.Path);
        Assert.Equal(path.Length == 0 ? error.Reason : $"{path}: {error.Reason}", error.Message);
    }

    [Fact]
    public void An_error_in_a_message_names_the_path()
    {
        var late = new Timestamp { Seconds = long.MaxValue };

        Assert.Equal("nested.everything.timestamps[1]", PathOf(new()
        {
            Nested = new Nested { Everything = new Everything { Timestamps = { new Timestamp(), late } } },
        }));
        Assert.Equal("timestampMap[\"eu\"]", PathOf(new() { TimestampMap = { ["us"] = new Timestamp(), ["eu"] = late } }));
        Assert.Equal("any.value", PathOf(new() { Any = Any.Pack(late) }));

        static string PathOf(Everything message) => Assert.Throws<TranscodingException>(() => Transcoding.ToJson(message)).Path;
    }

    [Fact]
    public void A_path_has_the_names_that_json_has()
    {
        var options = new JsonTranscoderOptions { PreserveProtoNames = true };

        var error = Assert.Throws<TranscodingException>(() => Transcoding.FromJson<Everything>("""{"nestedMap": {"a": 1}}""", options));

        Assert.Equal("nested_map[\"a\"]", error.Path);
    }

    [Fact]
    public void Unknown_json_is_dropped_on_request()
    {
        const string Json =
            """
            {"unknown": {"a": [1, {"b": null}]}, "int32Value": 1, "color": "NO_SUCH_COLOR", "colors": ["RED", "NO_SUCH_COLOR", "GREEN"],
             "choiceColor": "NO_SUCH_COLOR", "colorMap": {"a": "RED", "b": "NO_SUCH_COLOR", "c": "GREEN"}, "nested": {"unknown": 1, "a": 2}}
            """;

        Assert.Equal(
            new Everything
            {
                Int32Value = 1,
                Colors = { Color.Red, Color.Green },
                ColorMap = { ["a"] = Color.Red, ["c"] = Color.Green },
                Nested = new Nested { A = 2 },
            },
            Transcoding.FromJson<Everything>(Json, new JsonTranscoderOptions { IgnoreUnknownFields = true }));
    }

    [Fact]
    public void Unknown_fields_of_a_message_are_skipped()
    {
        // Fields 1000 to 1004 in each wire type, and field 2 (a varint) as a string.
        byte[] message =
        [
            0xC0, 0x3E, 0x05, 0xC9, 0x3E, 1, 2, 3, 4, 5, 6, 7, 8, 0xD2, 0x3E, 2, 0xFF, 0xFF, 0xDB, 0x3E, 0x08, 0x01, 0x0B, 0x0C, 0xDC, 0x3E,
            0xE5, 0x3E, 1, 2, 3, 4, 0x12, 1, 65, 0x72, 1, 65,
        ];

        Assert.Equal("""{"stringValue":"A"}""", Transcoding.ToJson(RunTimeDescriptors.Everything, message));
    }

    [Fact]
    public void Fields_may_come_in_any_order_and_in_pieces()
    {
        var message = Concat(
            new Everything { StringValue = "first", Int32S = { 1, 2 }, Nested = new Nested { A = 1, Text = "old" } },
            new Everything { BoolValue = true, NestedMap = { ["a"] = new Nested { A = 1 }, ["b"] = new Nested() } },
            new Everything { StringValue = "last", Int32S = { 3 }, UnpackedInt32S = { 1 }, Nested = new Nested { Text = "new" } },
            new Everything { NestedMap = { ["a"] = new Nested { Text = "x" } } });

        Assert.Equal(
            """{"boolValue":true,"stringValue":"last","nested":{"a":1,"text":"new"},"int32s":[1,2,3],"unpackedInt32s":[1],"nestedMap":{"b":{},"a":{"text":"x"}}}""",
            Transcoding.ToJson(RunTimeDescriptors.Everything, message));
    }

    [Fact]
    public void The_last_member_of_a_oneof_is_the_one_that_is_set()
    {
        var first = new Everything { ChoiceNested = new Nested { A = 1 } };
        var second = new Everything { ChoiceString = "x" };
        var third = new Everything { ChoiceNested = new Nested { Text = "y" } };

        Assert.Equal("""{"choiceNested":{"a":1,"text":"y"}}""", ToJson(first, third));
        Assert.Equal("""{"choiceString":"x"}""", ToJson(first, second));
        Assert.Equal("""{"choiceNested":{"text":"y"}}""", ToJson(first, second, third));
        Assert.Equal(Transcoding.ToJson(Everything.Parser.ParseFrom(Concat(first, second, third))), ToJson(first, second, third));

        static string ToJson(params Everything[] pieces) => Transcoding.ToJson(RunTimeDescriptors.Everything, Concat(pieces));
    }

    [Fact]
    public void Numbers_in_a_list_may_be_packed_or_not()
    {
        // int32s (42) unpacked and packed, unpacked_int32s (58) packed, int32s packed but empty.
        byte[] message = [0xD0, 0x02, 1, 0xD2, 0x02, 2, 2, 3, 0xD2, 0x03, 2, 7, 8, 0xD2, 0x02, 0];

        Assert.Equal("""{"int32s":[1,2,3],"unpackedInt32s":[7,8]}""", Transcoding.ToJson(RunTimeDescriptors.Everything, message));
        Assert.Equal("{}", Transcoding.ToJson(RunTimeDescriptors.Everything, [0xD2, 0x02, 0]));
        Assert.Equal([0xD2, 0x02, 2, 1, 2], Transcoding.ToBytes(RunTimeDescriptors.Everything, """{"int32s": [1, 2]}"""));
        Assert.Equal([0xD0, 0x03, 1, 0xD0, 0x03, 2], Transcoding.ToBytes(RunTimeDescriptors.Everything, """{"unpackedInt32s": [1, 2]}"""));
        Assert.Empty(Transcoding.ToBytes(RunTimeDescriptors.Everything, """{"int32s": [], "unpackedInt32s": [], "int32Keys": {}}"""));
    }

    [Fact]
    public void A_map_entry_may_lack_its_key_or_its_value()
    {
        // int32_keys (62), string_map (74), nested_map (77): an entry with nothing in it.
        byte[] message = [0xF2, 0x03, 0, 0xD2, 0x04, 0, 0xEA, 0x04, 0];

        Assert.Equal("""{"int32Keys":{"0":0},"stringMap":{"":""},"nestedMap":{"":{}}}""", Transcoding.ToJson(RunTimeDescriptors.Everything, message));
    }

    [Fact]
    public void Of_a_map_key_that_comes_again_the_last_value_counts()
    {
        var pieces = Enumerable.Range(0, 1000).Select(i => new Everything { Int32Keys = { [i % 10] = i }, StringMap = { [$"{i % 10}"] = $"{i}" } });

        var json = Transcoding.ToJson(RunTimeDescriptors.Everything, Concat([.. pieces]));

        var numbers = string.Join(',', Enumerable.Range(0, 10).Select(i => $"\"{i}\":{990 + i}"));
        var texts = string.Join(',', Enumerable.Range(0, 10).Select(i => $"\"{i}\":\"{990 + i}\""));
        Assert.Equal($"{{\"int32Keys\":{{{numbers}}},\"stringMap\":{{{texts}}}}}", json);
    }

    [Theory]
    [InlineData(new byte[] { 0x72, 1, 0xFF }, "stringValue")]
    [InlineData(new byte[] { 0x72, 2, 0xC3, 0x28 }, "stringValue")]
    [InlineData(new byte[] { 0xB2, 0x03, 3, 0xED, 0xA0, 0x80 }, "strings[0]")]
    [InlineData(new byte[] { 0xD2, 0x04, 3, 0x0A, 1, 0xFF }, "stringMap")]
    [InlineData(new byte[] { 0xB2, 0x07, 3, 0x0A, 1, 0xFF }, "wrappedString")]
    public void A_string_in_a_message_that_is_not_utf8_is_refused(byte[] message, string path) =>
        Assert.Equal(path, Assert.Throws<TranscodingException>(() => Transcoding.ToJson(RunTimeDescriptors.Everything, message)).Path);

    [Theory]
    [InlineData("stringValue")]
    [InlineData("wrappedString")]
    [InlineData("value")]
    [InlineData("fieldMask")]
    [InlineData("color")]
    [InlineData("timestamp")]
    public void A_string_in_json_that_is_not_utf8_is_refused(string field)
    {
        byte[] json = [.. Encoding.UTF8.GetBytes($$"""{"{{field}}": "a"""), 0xC3, 0x28, .. "\"}"u8];

        foreach (var sequence in Segmented.Both(json))
        {
            var error = Assert.Throws<TranscodingException>(() => Transcoding.ToBytes(RunTimeDescriptors.Everything, sequence));
            Assert.Equal(field, error.Path);
        }
    }

    [Theory]
    [InlineData("""{"\ud800": 1}""")]
    [InlineData("""{"boolKeys": {"\ud800": "a"}}""")]
    [InlineData("""{"int32Keys": {"\ud800": 1}}""")]
    [InlineData("""{"stringMap": {"\ud800": "a"}}""")]
    [InlineData("""{"color": "\ud800"}""")]
    [InlineData("""{"any": {"\ud800": 1, "@type": "type.googleapis.com/google.protobuf.Int32Value", "value": 1}}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Int32Value", "value": 1, "\ud800": 1}}""")]
    [InlineData("""{"any": {"@type": "\ud800"}}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Empty", "\ud800": {}}}""")]
    public void Half_a_surrogate_pair_is_refused_wherever_it_is(string json)
    {
        foreach (var sequence in Segmented.Both(Encoding.UTF8.GetBytes(json)))
            Assert.Throws<TranscodingException>(() => Transcoding.ToBytes(RunTimeDescriptors.Everything, sequence));
    }

    [Fact]
    public void A_map_key_in_json_that_is_not_utf8_is_refused()
    {
        byte[] json = [.. """{"stringMap": {" """u8, 0xFF, .. """ ": "a"}}"""u8];

        Assert.Equal("stringMap", Assert.Throws<TranscodingException>(() => Transcoding.ToBytes(RunTimeDescriptors.Everything, new ReadOnlySequence<byte>(json))).Path);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Messages_may_nest_100_deep(int depth, bool isAllowed)
    {
        // Everything, Nested, Everything, … with a list at each second level.
        var message = Enumerable.Range(0, depth - 1).Aggregate(
            (IMessage)new Nested { A = 1 },
            (inner, _) => inner is Nested nested ? new Everything { Nesteds = { nested } } : new Nested { Everything = (Everything)inner });
        var type = RunTimeDescriptors.Find(message.Descriptor.FullName);
        var json = JsonFormatter.Default.Format(message);

        if (isAllowed)
        {
            Assert.Equal(message.ToByteArray(), Transcoding.ToBytes(type, json));
            Assert.Equal(message.ToByteArray(), Transcoding.ToBytes(type, Transcoding.ToJson(type, message.ToByteArray())));
        }
        else
        {
            Assert.Contains("100 deep", Assert.Throws<TranscodingException>(() => Transcoding.ToBytes(type, json)).Message, StringComparison.Ordinal);
            Assert.Contains("100 deep", Assert.Throws<TranscodingException>(() => Transcoding.ToJson(type, message.ToByteArray())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nesting_without_end_is_an_error_and_not_a_stack_overflow()
    {
        var options = new JsonTranscoderOptions { MaxDepth = 1_000_000 };
        var list = RunTimeDescriptors.Find("google.protobuf.ListValue");
        byte[] json = [.. Enumerable.Repeat((byte)'[', 500_000)];
        var any = Enumerable.Range(0, 5_000).Aggregate(Any.Pack(new Empty()), (inner, _) => Any.Pack(inner));

        Assert.Throws<TranscodingException>(() => Transcoding.ToBytes(list, new ReadOnlySequence<byte>(json), options));
        Assert.Throws<TranscodingException>(() => Transcoding.ToJson(any));
    }

    [Fact]
    public void Input_and_output_have_limits()
    {
        var message = new Everything { StringValue = new string('x', 100) };
        var json = Transcoding.ToJson(message);

        Assert.Throws<TranscodingException>(() => Transcoding.ToJson(message, new JsonTranscoderOptions { MaxInputBytes = 101 }));
        Assert.Throws<TranscodingException>(() => Transcoding.FromJson<Everything>(json, new JsonTranscoderOptions { MaxInputBytes = json.Length - 1 }));
        Assert.Throws<TranscodingException>(() => Transcoding.FromJson<Everything>(json, new JsonTranscoderOptions { MaxOutputBytes = 101 }));
        Assert.Equal(message, Transcoding.FromJson<Everything>(json, new JsonTranscoderOptions { MaxInputBytes = json.Length, MaxOutputBytes = 102 }));
    }

    [Fact]
    public void A_small_message_cannot_become_an_endless_json()
    {
        var options = new JsonTranscoderOptions { WriteDefaultValues = true, MaxOutputBytes = 100_000 };
        var message = new Everything { Nesteds = { Enumerable.Repeat(new Nested { Everything = new Everything() }, 1_000) } };

        Assert.Contains("100000 bytes", Assert.Throws<TranscodingException>(() => Transcoding.ToJson(message, options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_type_of_an_any_may_come_last_but_not_again_and_again_after_much()
    {
        var any = $$"""{"value": "{{new string('x', 1_000)}}", "@type": "type.googleapis.com/google.protobuf.StringValue"}""";
        for (var i = 0; i < 5; i++)
            any = $$"""{"value": {{any}}, "@type": "type.googleapis.com/google.protobuf.Any"}""";
        var json = $$"""{"any": {{any}}}""";

        Assert.NotEmpty(Transcoding.ToBytes(RunTimeDescriptors.Everything, json));
        Assert.Throws<TranscodingException>(
            () => Transcoding.ToBytes(RunTimeDescriptors.Everything, json, new JsonTranscoderOptions { MaxInputBytes = json.Length }));
    }

    [Fact]
    public void Fields_are_written_into_an_object_of_the_caller()
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("type", "ORDER");
        new JsonTranscoder().WriteJsonFields(
            RunTimeDescriptors.Find("rpc.tests.json.Nested"), new ReadOnlySequence<byte>(new Nested { A = 1, Text = "x" }.ToByteArray()), writer);
        writer.WriteEndObject();
        writer.Flush();

        Assert.Equal("""{"type":"ORDER","a":1,"text":"x"}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Json_is_written_after_what_was_written_before()
    {
        var transcoder = new JsonTranscoder();
        var type = RunTimeDescriptors.Find("rpc.tests.json.Nested");
        var output = new ArrayBufferWriter<byte>();

        transcoder.WriteJson(type, new ReadOnlySequence<byte>(new Nested { Text = "größe" }.ToByteArray()), output);
        Assert.Throws<TranscodingException>(() => transcoder.WriteJson(type, new ReadOnlySequence<byte>([0x1A, 1, 0xFF]), new ArrayBufferWriter<byte>()));
        transcoder.WriteJson(type, default, output);

        Assert.Equal("""{"text":"größe"}{}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("rpc.tests.json.Nested", true)]
    [InlineData("google.protobuf.Empty", true)]
    [InlineData("google.protobuf.Timestamp", false)]
    [InlineData("google.protobuf.Struct", false)]
    [InlineData("google.protobuf.Int32Value", false)]
    public void A_message_has_json_fields_unless_its_json_has_a_form_of_its_own(string type, bool hasFields) =>
        Assert.Equal(hasFields, JsonTranscoder.HasJsonFields(RunTimeDescriptors.Find(type)));

    [Fact]
    public void Messages_whose_json_is_no_object_with_their_fields_have_no_fields_to_write()
    {
        using var writer = new Utf8JsonWriter(new ArrayBufferWriter<byte>());

        Assert.Throws<ArgumentException>(
            () => new JsonTranscoder().WriteJsonFields(RunTimeDescriptors.Find("google.protobuf.Timestamp"), default, writer));
    }

    [Fact]
    public void A_value_is_read_from_the_middle_of_json()
    {
        var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader("""{"before": [1], "context": {"a": 1, "text": "x"}, "after": 2}"""u8);
        while (!(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("context"u8)))
            reader.Read();

        transcoder.WriteMessage(RunTimeDescriptors.Find("rpc.tests.json.Nested"), ref reader, output);

        Assert.Equal(new Nested { A = 1, Text = "x" }, Nested.Parser.ParseFrom(output.WrittenSpan));
        Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
        Assert.True(reader.Read());
        Assert.True(reader.ValueTextEquals("after"u8));
    }

    [Fact]
    public void A_reader_may_stand_before_the_value_or_on_it()
    {
        var transcoder = new JsonTranscoder();
        var type = RunTimeDescriptors.Find("rpc.tests.json.Nested");
        var output = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader("""[{"a": 1}, {"text": "x"}]"""u8);
        reader.Read();
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
            transcoder.WriteMessage(type, ref reader, output);

        var before = new Utf8JsonReader("""{"everything": {}}"""u8);
        transcoder.WriteMessage(type, ref before, output);

        Assert.Equal(new Nested { A = 1, Text = "x", Everything = new Everything() }, Nested.Parser.ParseFrom(output.WrittenSpan));
    }

    [Fact]
    public void A_value_that_is_not_all_there_is_an_error()
    {
        Assert.Throws<TranscodingException>(() =>
        {
            var reader = new Utf8JsonReader(Text.AsSpan(0, Text.Length - 3), isFinalBlock: false, default);
            new JsonTranscoder().WriteMessage(RunTimeDescriptors.Everything, ref reader, new ArrayBufferWriter<byte>());
        });
    }

    [Fact]
    public void Nothing_is_written_of_a_message_that_cannot_be_read()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.Throws<TranscodingException>(() => new JsonTranscoder().WriteMessage(
            RunTimeDescriptors.Everything, new ReadOnlySequence<byte>("""{"nested": {"a": 1}, "strings": [1]}"""u8.ToArray()), output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Messages_larger_than_any_buffer_are_written_whole()
    {
        var message = new Everything
        {
            Nesteds = { Enumerable.Range(0, 5_000).Select(i => new Nested { A = i, Text = new string('x', i % 300) }) },
            BytesValue = ByteString.CopyFrom(new byte[100_000]),
        };
        var json = Encoding.UTF8.GetBytes(Transcoding.ToJson(message));

        Assert.Equal(message, Everything.Parser.ParseFrom(Transcoding.ToBytes(RunTimeDescriptors.Everything, Segmented.Of(json, 1_000))));
    }

    [Fact]
    public void Without_a_resolver_an_any_is_refused()
    {
        using var writer = new Utf8JsonWriter(new ArrayBufferWriter<byte>());

        Assert.Throws<TranscodingException>(() => new JsonTranscoder().WriteJson(
            RunTimeDescriptors.Everything, new ReadOnlySequence<byte>(new Everything { Any = Any.Pack(new Nested()) }.ToByteArray()), writer));
    }

    [Fact]
    public void One_transcoder_serves_many_threads()
    {
        var transcoder = new JsonTranscoder();
        var json = new ReadOnlySequence<byte>(Text);
        Parallel.For(0, 50, _ =>
        {
            // New descriptors, so that the threads compile the same plans at the same time.
            var type = RunTimeDescriptors.BuildEverything();
            Parallel.For(0, 10, _ =>
            {
                var output = new ArrayBufferWriter<byte>();
                transcoder.WriteMessage(type, json, output);
                Assert.Equal(new Everything { Nested = new Nested { A = 1 }, Strings = { "x" } }, Everything.Parser.ParseFrom(output.WrittenSpan));
            });
        });
    }

    [Fact]
    public void Limits_must_make_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonTranscoder(new JsonTranscoderOptions { MaxDepth = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonTranscoder(new JsonTranscoderOptions { MaxInputBytes = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonTranscoder(new JsonTranscoderOptions { MaxInputBytes = int.MaxValue }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonTranscoder(new JsonTranscoderOptions { MaxOutputBytes = -1 }));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Transcoding_allocates_nothing_that_grows_with_the_message(int items)
    {
        var message = new Everything { Nesteds = { Enumerable.Range(0, items / 10).Select(i => new Nested { A = i, Text = "größe" }) }, Int32S = { Enumerable.Range(0, items) } };
        var bytes = new ReadOnlySequence<byte>(message.ToByteArray());
        var json = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(Transcoding.ToJson(message)));
        var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>(4_000_000);

        // The pools may be trimmed at any time, so the best of some runs counts.
        Transcode();
        var allocated = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Transcode();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.InRange(allocated, 0, 1_000);

        void Transcode()
        {
            output.ResetWrittenCount();
            transcoder.WriteJson(RunTimeDescriptors.Everything, bytes, output);
            output.ResetWrittenCount();
            transcoder.WriteMessage(RunTimeDescriptors.Everything, json, output);
        }
    }

    private static byte[] Concat(params Everything[] pieces) => [.. pieces.SelectMany(piece => piece.ToByteArray())];
}
