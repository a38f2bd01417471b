using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Restate.Sdk;

/// <summary>Turns values into bytes and back.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public abstract class Serde<T>
{
    /// <summary>The media type of the bytes.</summary>
    public abstract string ContentType { get; }

    /// <summary>Writes a value. The same value must always give the same bytes: a replay compares them.</summary>
    /// <param name="value">The value.</param>
    /// <param name="writer">Where the bytes go.</param>
    public abstract void Serialize(T value, IBufferWriter<byte> writer);

    /// <summary>Reads a value.</summary>
    /// <param name="bytes">The bytes; valid as long as the value, so it may keep them.</param>
    public abstract T Deserialize(ReadOnlyMemory<byte> bytes);

    /// <summary>Writes a value to an array of its own.</summary>
    /// <param name="value">The value.</param>
    public virtual ReadOnlyMemory<byte> Serialize(T value)
    {
        var writer = new ArrayBufferWriter<byte>();
        Serialize(value, writer);
        return writer.WrittenMemory;
    }
}

/// <summary>The serdes that come with the SDK.</summary>
public static class Serde
{
    /// <summary>The bytes as they are.</summary>
    public static Serde<ReadOnlyMemory<byte>> Bytes { get; } = new BytesSerde();

    /// <summary>
    /// What is used where no serde is given: JSON with the web's conventions, and for <see cref="ReadOnlyMemory{T}"/> of bytes the
    /// bytes as they are.
    /// </summary>
    /// <typeparam name="T">The values' type.</typeparam>
    public static Serde<T> Default<T>() => Bytes as Serde<T> ?? Json<T>();

    /// <summary>JSON with the web's conventions (camel case). No bytes read as the type's default.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    public static Serde<T> Json<T>() => JsonSerde<T>.Default;

    /// <summary>JSON with options of one's own.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <param name="options">The serializer's options.</param>
    public static Serde<T> Json<T>(JsonSerializerOptions options) => new JsonSerde<T>((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

    /// <summary>JSON by source-generated metadata, which needs no reflection.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <param name="typeInfo">The type's metadata.</param>
    public static Serde<T> Json<T>(JsonTypeInfo<T> typeInfo) => new JsonSerde<T>(typeInfo);
}
