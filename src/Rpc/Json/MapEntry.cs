using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>One entry of a map, which is encoded as a message with the fields <c>key = 1</c> and <c>value = 2</c>.</summary>
internal readonly ref struct MapEntry
{
    private MapEntry(ReadOnlySpan<byte> content, ulong key, ulong? value)
    {
        Content = content;
        Key = key;
        Value = value;
    }

    /// <summary>The encoded entry, which <see cref="Key"/> and <see cref="Value"/> may point into.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>As <see cref="FieldOccurrence.Bits"/>; an absent key is zero or empty.</summary>
    public ulong Key { get; }

    /// <summary>As <see cref="FieldOccurrence.Bits"/>, if there is a value.</summary>
    public ulong? Value { get; }

    public static MapEntry Read(FieldPlan map, ReadOnlySpan<byte> content)
    {
        ulong key = 0;
        ulong? value = null;
        var reader = new WireSpan(content);
        while (!reader.End)
        {
            var (number, wireType) = reader.ReadTag();
            if (number == 1 && wireType == map.Key!.WireType)
                key = reader.ReadValue(map.Key.Type, wireType);
            else if (number == 2 && wireType == map.Value!.WireType)
                value = reader.ReadValue(map.Value.Type, wireType);
            else
                reader.Skip(number, wireType);
        }

        return new MapEntry(content, key, value);
    }

    /// <summary>Reads an entry that is only written up to its key.</summary>
    public static MapEntry ReadKey(FieldPlan map, ReadOnlySpan<byte> content)
    {
        var reader = new WireSpan(content);
        var (_, wireType) = reader.ReadTag();
        return new MapEntry(content, reader.ReadValue(map.Key!.Type, wireType), value: null);
    }

    /// <summary>The key's text if it is a string.</summary>
    public ReadOnlySpan<byte> KeyText => new FieldOccurrence(0, Key).Slice(Content);

    /// <summary>How a path names the entry: <c>["eu"]</c>, <c>[7]</c>.</summary>
    public string PathSegment(FieldPlan map) => map.Key!.Type switch
    {
        FieldType.String => $"[\"{Encoding.UTF8.GetString(KeyText)}\"]",
        FieldType.Bool => Key == 0 ? "[false]" : "[true]",
        FieldType.UInt64 or FieldType.Fixed64 => $"[{Key.ToString(CultureInfo.InvariantCulture)}]",
        _ => $"[{((long)Key).ToString(CultureInfo.InvariantCulture)}]",
    };
}
