using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Restate.Sdk.Tests;

public class SerdeTests
{
    [Fact]
    public void Json_has_the_webs_conventions_and_reads_nothing_as_the_default()
    {
        var serde = Serde.Json<Point>();
        Assert.Equal("{\"x\":1,\"label\":\"a\"}", Encoding.UTF8.GetString(serde.Serialize(new Point(1, "a")).Span));
        Assert.Equal(new Point(1, "a"), serde.Deserialize("{\"X\":1,\"label\":\"a\"}"u8.ToArray()));
        Assert.Null(serde.Deserialize(default));
        Assert.Equal("application/json", serde.ContentType);
    }

    [Fact]
    public void Both_ways_to_serialize_give_the_same_bytes()
    {
        var writer = new ArrayBufferWriter<byte>();
        Serde.Json<Point>().Serialize(new Point(1, "ü"), writer);
        Assert.True(writer.WrittenSpan.SequenceEqual(Serde.Json<Point>().Serialize(new Point(1, "ü")).Span));
    }

    [Fact]
    public void Json_takes_options()
    {
        var serde = Serde.Json<Point>(new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        });
        Assert.Equal("{\"X\":1,\"Label\":\"a\"}", Encoding.UTF8.GetString(serde.Serialize(new Point(1, "a")).Span));
    }

    [Fact]
    public void By_default_bytes_stay_as_they_are_and_all_else_is_json()
    {
        Assert.Same(Serde.Bytes, Serde.Default<ReadOnlyMemory<byte>>());
        Assert.Same(Serde.Json<string>(), Serde.Default<string>());
    }

    private sealed record Point(int X, string Label);
}
