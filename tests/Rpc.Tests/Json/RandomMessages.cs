using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

/// <summary>Messages with random content that JSON can express. The same seed gives the same messages.</summary>
internal sealed class RandomMessages(int seed)
{
    private const int MaxDepth = 4;

    private static readonly string[] Texts =
    [
        "", "a", "sku-17", "quote \" backslash \\ slash /", "control \u0000\u0001\u001f\u007f", "line\nbreak\ttab", "größe", "谷歌",
        "\U0001F600 emoji", "\u2028\u2029", "<script>&'", "null", "true", "0", new string('x', 200), new string('ü', 100),
    ];

    private static readonly double[] Doubles =
    [
        0, -0.0, 1, -1, 0.1, 1.5, 1e21, 1e-7, 123456789.125, double.MaxValue, double.MinValue, double.Epsilon, 9007199254740993,
    ];

    private readonly Random _random = new(seed);

    public Everything Next() => (Everything)Message(Everything.Descriptor, 0);

    public IMessage Message(MessageDescriptor type, int depth)
    {
        switch (type.FullName)
        {
            case "google.protobuf.Timestamp":
                return new Timestamp { Seconds = _random.NextInt64(-62135596800, 253402300800), Nanos = Nanos() };
            case "google.protobuf.Duration":
                var sign = _random.Next(2) * 2 - 1;
                return new Duration { Seconds = sign * _random.NextInt64(315576000001), Nanos = sign * Nanos() };
            case "google.protobuf.FieldMask":
                return new FieldMask { Paths = { Many(() => Pick<string>(["a", "foo_bar", "foo_bar.baz_qux", "b.c"])) } };
            case "google.protobuf.Value":
                return Value(depth);
            case "google.protobuf.Struct":
                return Struct(depth);
            case "google.protobuf.ListValue":
                return new ListValue { Values = { Many(() => Value(depth + 1)) } };
            case "google.protobuf.Any":
                return Any(depth);
            default:
                return Fill(type, depth);
        }
    }

    private IMessage Fill(MessageDescriptor type, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        var share = depth == 0 ? 0.3 : 0.05;
        var isBox = type.Fields.InFieldNumberOrder().Count == 1;
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (_random.NextDouble() > share && !isBox)
                continue;
            if (field.FieldType == FieldType.Message && depth >= MaxDepth)
                continue;
            if (field.IsMap)
                FillMap((IDictionary)field.Accessor.GetValue(message), field.MessageType, depth);
            else if (field.IsRepeated)
                FillList((IList)field.Accessor.GetValue(message), field, depth);
            else
                field.Accessor.SetValue(message, Scalar(field, depth));
        }

        return message;
    }

    private void FillMap(IDictionary map, MessageDescriptor entry, int depth)
    {
        for (var i = Count(); i > 0; i--)
            map[Scalar(entry.FindFieldByNumber(1), depth)] = Scalar(entry.FindFieldByNumber(2), depth);
    }

    private void FillList(IList list, FieldDescriptor field, int depth)
    {
        for (var i = Count(); i > 0; i--)
            list.Add(Scalar(field, depth));
    }

    private object Scalar(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Bool => _random.Next(2) == 0,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int)Integer(),
        FieldType.UInt32 or FieldType.Fixed32 => (uint)Integer(),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Integer(),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)Integer(),
        FieldType.Float => Pick([0f, -1.5f, 0.1f, float.MaxValue, float.Epsilon, float.NaN, float.NegativeInfinity, (float)_random.NextDouble()]),
        FieldType.Double => _random.Next(4) == 0 ? Pick([double.NaN, double.PositiveInfinity, double.NegativeInfinity]) : Double(),
        FieldType.String => Text(),
        FieldType.Bytes => Bytes(),
        FieldType.Enum when field.EnumType.FullName == "google.protobuf.NullValue" => NullValue.NullValue,
        FieldType.Enum => Pick([0, 1, 2, -1, 77]),
        // The accessors of fields whose type is a wrapper want what is in it.
        FieldType.Message when field.MessageType.File.Name == "google/protobuf/wrappers.proto" => Scalar(field.MessageType.FindFieldByNumber(1), depth),
        _ => Message(field.MessageType, depth + 1),
    };

    private Value Value(int depth) => _random.Next(depth >= MaxDepth ? 4 : 6) switch
    {
        0 => Google.Protobuf.WellKnownTypes.Value.ForNull(),
        1 => Google.Protobuf.WellKnownTypes.Value.ForNumber(Double()),
        2 => Google.Protobuf.WellKnownTypes.Value.ForString(Text()),
        3 => Google.Protobuf.WellKnownTypes.Value.ForBool(_random.Next(2) == 0),
        4 => Google.Protobuf.WellKnownTypes.Value.ForStruct(Struct(depth)),
        _ => new Value { ListValue = new ListValue { Values = { Many(() => Value(depth + 1)) } } },
    };

    private Struct Struct(int depth)
    {
        var result = new Struct();
        for (var i = Count(); i > 0; i--)
            result.Fields['k' + Text()] = Value(depth + 1);
        return result;
    }

    private Any Any(int depth)
    {
        if (depth >= MaxDepth)
            return Google.Protobuf.WellKnownTypes.Any.Pack(new Nested());
        MessageDescriptor[] types =
            [Everything.Descriptor, Nested.Descriptor, Timestamp.Descriptor, Google.Protobuf.WellKnownTypes.Value.Descriptor, Int64Value.Descriptor,
                Google.Protobuf.WellKnownTypes.Struct.Descriptor, Google.Protobuf.WellKnownTypes.Any.Descriptor];
        return Google.Protobuf.WellKnownTypes.Any.Pack(Message(Pick(types), depth + 1));
    }

    private long Integer() => _random.Next(3) switch
    {
        0 => _random.Next(-3, 300),
        1 => Pick([int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue]),
        _ => _random.NextInt64(long.MinValue, long.MaxValue),
    };

    private double Double() => _random.Next(2) == 0 ? Pick(Doubles) : BitConverter.Int64BitsToDouble(_random.NextInt64(0x7FF0_0000_0000_0000));

    private int Nanos() => Pick([0, 1, 1_000, 1_000_000, 500_000_000, 999_999_999, _random.Next(1_000_000_000)]);

    private string Text() => Pick(Texts);

    private ByteString Bytes()
    {
        var bytes = new byte[_random.Next(_random.Next(10) == 0 ? 300 : 8)];
        _random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private List<T> Many<T>(Func<T> next) => [.. Enumerable.Range(0, Count()).Select(_ => next())];

    private int Count() => _random.Next(20) == 0 ? 40 : _random.Next(4);

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
