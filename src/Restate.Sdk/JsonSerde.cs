using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Restate.Sdk;

internal sealed class JsonSerde<T>(JsonTypeInfo<T> typeInfo) : Serde<T>
{
    public static JsonSerde<T> Default { get; } = new((JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T)));

    public override string ContentType => "application/json";

    public override void Serialize(T value, IBufferWriter<byte> writer)
    {
        using var json = new Utf8JsonWriter(writer);
        JsonSerializer.Serialize(json, value, typeInfo);
    }

    public override ReadOnlyMemory<byte> Serialize(T value) => JsonSerializer.SerializeToUtf8Bytes(value, typeInfo);

    public override T Deserialize(ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? default! : JsonSerializer.Deserialize(bytes.Span, typeInfo)!;
}
