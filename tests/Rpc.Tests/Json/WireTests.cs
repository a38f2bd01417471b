using System.Buffers;
using Google.Protobuf;
using Rpc.Json;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

public class WireTests
{
    [Fact]
    public void The_fields_of_a_message_are_read_in_wire_order()
    {
        var message = new Everything
        {
            Int32Value = -2,
            Fixed32Value = 8,
            Fixed64Value = 9,
            StringValue = "grün",
            Nested = new Nested { A = 5 },
        };

        foreach (var sequence in Segmented.Both(message.ToByteArray()))
        {
            var reader = new WireReader(sequence);

            Assert.True(reader.Read());
            Assert.Equal((2, WireFormat.WireType.Varint, unchecked((ulong)-2)), (reader.FieldNumber, reader.WireType, reader.Number));
            Assert.True(reader.Read());
            Assert.Equal((8, WireFormat.WireType.Fixed32, 8ul), (reader.FieldNumber, reader.WireType, reader.Number));
            Assert.True(reader.Read());
            Assert.Equal((9, WireFormat.WireType.Fixed64, 9ul), (reader.FieldNumber, reader.WireType, reader.Number));
            Assert.True(reader.Read());
            Assert.Equal((14, "grün"), (reader.FieldNumber, reader.GetString()));
            Assert.True(reader.Read());
            Assert.Equal(message.Nested, Nested.Parser.ParseFrom(reader.Value));
            Assert.Equal(new Everything { Nested = message.Nested }, Everything.Parser.ParseFrom(reader.Field));
            Assert.False(reader.Read());
        }
    }

    [Fact]
    public void Unknown_groups_are_read_whole()
    {
        byte[] message = [0x0B, 0x13, 0x08, 0x01, 0x14, 0x0C, 0x10, 0x07];
        var reader = new WireReader(new ReadOnlySequence<byte>(message));

        Assert.True(reader.Read());
        Assert.Equal(WireFormat.WireType.StartGroup, reader.WireType);
        Assert.Equal(message[1..5], reader.Value.ToArray());
        Assert.Equal(message[..6], reader.Field.ToArray());
        Assert.True(reader.Read());
        Assert.Equal((2, 7ul), (reader.FieldNumber, reader.Number));
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0x00 }, "tag")]
    [InlineData(new byte[] { 0x08 }, "middle")]
    [InlineData(new byte[] { 0x08, 0xFF }, "middle")]
    [InlineData(new byte[] { 0x0D, 1, 2, 3 }, "middle")]
    [InlineData(new byte[] { 0x0A, 5, 1 }, "field 1 ends after the message")]
    [InlineData(new byte[] { 0x0B, 0x08, 0x01 }, "group 1 does not end")]
    [InlineData(new byte[] { 0x0B, 0x14 }, "group 1 ends as another")]
    [InlineData(new byte[] { 0x0C }, "wire type 4")]
    [InlineData(new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "varint")]
    public void A_malformed_message_is_an_error_that_says_where(byte[] message, string reason)
    {
        var error = Assert.Throws<TranscodingException>(() =>
        {
            var reader = new WireReader(new ReadOnlySequence<byte>(message));
            while (reader.Read())
            {
            }
        });

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_cannot_exhaust_the_stack()
    {
        var groups = Enumerable.Repeat((byte)0x0B, 1_000_000).ToArray();

        Assert.Throws<TranscodingException>(() => new WireReader(new ReadOnlySequence<byte>(groups)).Read());
    }

    [Fact]
    public void Invalid_utf8_is_refused_as_a_string()
    {
        Assert.Throws<TranscodingException>(() =>
        {
            var reader = new WireReader(new ReadOnlySequence<byte>([0x0A, 1, 0xFF]));
            reader.Read();
            reader.GetString();
        });
    }

    [Fact]
    public void Fields_that_were_appended_are_those_of_the_message()
    {
        var output = new ArrayBufferWriter<byte>();
        output.WriteVarint(2, unchecked((ulong)-2));
        output.WriteFixed64(13, BitConverter.DoubleToUInt64Bits(1.5));
        output.WriteString(14, "grün");
        output.WriteBytes(15, [1, 2, 3]);
        output.WriteBytes(17, Segmented.Of(new Nested { A = 300 }.ToByteArray(), 1));

        Assert.Equal(
            new Everything
            {
                Int32Value = -2,
                DoubleValue = 1.5,
                StringValue = "grün",
                BytesValue = ByteString.CopyFrom(1, 2, 3),
                Nested = new Nested { A = 300 },
            },
            Everything.Parser.ParseFrom(output.WrittenSpan));
    }
}
