using Google.Protobuf;
using Google.Protobuf.Reflection;
using Rpc.Json;
using FileOptions = Google.Protobuf.Reflection.FileOptions;
using Label = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Label;
using Type = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace Rpc.Tests.Json;

/// <summary>What syntax, edition and unusual descriptors make of a message.</summary>
public class DescriptorTests
{
    [Theory]
    [InlineData("proto2", null, null, true)]
    [InlineData("proto3", null, null, false)]
    [InlineData("editions", null, null, true)]
    [InlineData("editions", FeatureSet.Types.FieldPresence.Implicit, null, false)]
    [InlineData("editions", FeatureSet.Types.FieldPresence.Implicit, FeatureSet.Types.FieldPresence.Explicit, true)]
    [InlineData("editions", null, FeatureSet.Types.FieldPresence.Implicit, false)]
    [InlineData("editions", null, FeatureSet.Types.FieldPresence.LegacyRequired, true)]
    public void A_default_is_kept_where_there_is_presence(
        string syntax, FeatureSet.Types.FieldPresence? ofFile, FeatureSet.Types.FieldPresence? ofField, bool isKept)
    {
        var field = Field("a", 1, Type.Int32);
        if (ofField is { } own)
            field.Options = new FieldOptions { Features = new FeatureSet { FieldPresence = own } };
        var file = File(syntax, Message("M", field));
        if (ofFile is { } common)
            file.Options = new FileOptions { Features = new FeatureSet { FieldPresence = common } };
        var type = Build(file);

        Assert.Equal(isKept ? """{"a":0}""" : "{}", Transcoding.ToJson(type, [0x08, 0x00]));
        Assert.Equal(isKept ? [0x08, 0x00] : [], Transcoding.ToBytes(type, """{"a": 0}"""));
    }

    [Theory]
    [InlineData("proto2", null, false)]
    [InlineData("proto3", null, true)]
    [InlineData("editions", null, true)]
    [InlineData("editions", FeatureSet.Types.RepeatedFieldEncoding.Expanded, false)]
    [InlineData("editions", FeatureSet.Types.RepeatedFieldEncoding.Packed, true)]
    public void Numbers_are_packed_where_the_descriptor_says_so(string syntax, FeatureSet.Types.RepeatedFieldEncoding? encoding, bool isPacked)
    {
        var message = Message("M", Field("a", 1, Type.Int32, Label.Repeated));
        if (encoding is { } setting)
            message.Options = new MessageOptions { Features = new FeatureSet { RepeatedFieldEncoding = setting } };
        var type = Build(File(syntax, message));

        Assert.Equal(isPacked ? [0x0A, 2, 1, 2] : [0x08, 1, 0x08, 2], Transcoding.ToBytes(type, """{"a": [1, 2]}"""));
        Assert.Equal("""{"a":[1,2]}""", Transcoding.ToJson(type, [0x0A, 2, 1, 2]));
        Assert.Equal("""{"a":[1,2]}""", Transcoding.ToJson(type, [0x08, 1, 0x08, 2]));
    }

    [Fact]
    public void Groups_are_refused_by_name()
    {
        var group = Field("g", 1, Type.Group);
        group.TypeName = ".t.G";
        var delimited = Field("g", 1, Type.Message);
        delimited.TypeName = ".t.G";
        delimited.Options = new FieldOptions { Features = new FeatureSet { MessageEncoding = FeatureSet.Types.MessageEncoding.Delimited } };

        foreach (var file in (FileDescriptorProto[])[File("proto2", Message("M", group), Message("G")), File("editions", Message("M", delimited), Message("G"))])
        {
            var type = Build(file);

            Assert.Equal("g", Assert.Throws<TranscodingException>(() => Transcoding.ToJson(type, [0x0B, 0x0C])).Path);
            Assert.Equal("g", Assert.Throws<TranscodingException>(() => Transcoding.ToBytes(type, """{"g": {}}""")).Path);
            Assert.Equal("{}", Transcoding.ToJson(type, []));
        }
    }

    [Fact]
    public void A_message_with_the_name_of_a_well_known_type_and_other_fields_is_like_any_other()
    {
        var file = File("proto3", Message("Timestamp", Field("a", 1, Type.String)));
        file.Package = "google.protobuf";
        var type = Build(file);

        Assert.Equal("""{"a":"x"}""", Transcoding.ToJson(type, Transcoding.ToBytes(type, """{"a":"x"}""")));
    }

    [Fact]
    public void A_json_name_wins_over_the_original_name_of_another_field()
    {
        var swapped = Field("a", 1, Type.Int32);
        swapped.JsonName = "b";
        var type = Build(File("proto3", Message("M", swapped, Field("b", 2, Type.Int32), Field("c", 3, Type.Int32))));

        Assert.Equal([0x08, 1], Transcoding.ToBytes(type, """{"b": 1}"""));
        Assert.Equal([0x08, 1], Transcoding.ToBytes(type, """{"a": 1}"""));
    }

    [Fact]
    public void Messages_may_have_many_fields_and_oneofs_and_large_field_numbers()
    {
        var message = Message("M", Field("last", 536_870_911, Type.Int32));
        for (var i = 0; i < 1_000; i++)
        {
            var member = Field($"f{i}", i + 1, Type.Int32);
            member.OneofIndex = i / 2;
            message.Field.Add(member);
            if (i % 2 == 0)
                message.OneofDecl.Add(new OneofDescriptorProto { Name = $"o{i / 2}" });
        }

        var type = Build(File("proto3", message));
        var everyOther = $"{{{string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"f{2 * i + 1}\":0"))},\"last\":7}}";
        var pieces = Transcoding.ToBytes(type, """{"f0": 1, "f2": 1, "f998": 1}""").Concat(Transcoding.ToBytes(type, everyOther)).ToArray();

        Assert.Equal(everyOther, Transcoding.ToJson(type, pieces));
        Assert.Equal("f999", Assert.Throws<TranscodingException>(() => Transcoding.ToBytes(type, """{"f998": 1, "f999": 1}""")).Path);
    }

    [Fact]
    public void Descriptors_are_released_with_their_last_user()
    {
        var transcoder = new JsonTranscoder();
        var descriptor = Use(transcoder);

        for (var i = 0; i < 10 && descriptor.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(descriptor.IsAlive);
        GC.KeepAlive(transcoder);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Use(JsonTranscoder transcoder)
        {
            var type = Build(File("proto3", Message("M", Field("a", 1, Type.Int32))));
            transcoder.WriteMessage(type, new("""{"a": 1}"""u8.ToArray()), new System.Buffers.ArrayBufferWriter<byte>());
            return new WeakReference(type);
        }
    }

    private static MessageDescriptor Build(FileDescriptorProto file) =>
        FileDescriptor.BuildFromByteStrings([file.ToByteString()])[0].MessageTypes[0];

    private static FileDescriptorProto File(string syntax, params DescriptorProto[] messages)
    {
        var file = new FileDescriptorProto { Name = "t.proto", Package = "t", Syntax = syntax, MessageType = { messages } };
        if (syntax == "editions")
            file.Edition = Edition._2023;
        return file;
    }

    private static DescriptorProto Message(string name, params FieldDescriptorProto[] fields) => new() { Name = name, Field = { fields } };

    private static FieldDescriptorProto Field(string name, int number, Type type, Label label = Label.Optional) =>
        new() { Name = name, Number = number, Type = type, Label = label };
}
