using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>What transcoding needs to know of a field.</summary>
internal sealed class FieldPlan
{
    private readonly FieldDescriptor _descriptor;
    private MessagePlan? _message;

    public FieldPlan(FieldDescriptor descriptor, int index)
    {
        _descriptor = descriptor;
        Index = index;
        Number = descriptor.FieldNumber;
        Type = descriptor.FieldType;
        Name = descriptor.Name;
        JsonName = descriptor.JsonName;
        JsonNameUtf8 = Encoding.UTF8.GetBytes(JsonName);
        EncodedName = JsonEncodedText.Encode(Name);
        EncodedJsonName = JsonEncodedText.Encode(JsonName);
        IsMap = descriptor.IsMap;
        IsRepeated = descriptor.IsRepeated && !IsMap;
        HasPresence = FieldFeatures.HasPresence(descriptor);
        IsGroup = FieldFeatures.IsDelimited(descriptor);
        WireType = IsGroup ? WireFormat.WireType.StartGroup : WireTypeOf(Type);
        IsPacked = IsPackable && FieldFeatures.IsPacked(descriptor);
        Oneof = descriptor.RealContainingOneof?.Index ?? -1;
        Enum = Type == FieldType.Enum ? EnumPlan.Of(descriptor.EnumType) : null;
        AcceptsNull = Enum is { IsNullValue: true }
            || (Type == FieldType.Message && descriptor.MessageType.FullName == "google.protobuf.Value");
        if (IsMap)
        {
            Key = new FieldPlan(descriptor.MessageType.FindFieldByNumber(1), 0);
            Value = new FieldPlan(descriptor.MessageType.FindFieldByNumber(2), 1);
        }
    }

    /// <summary>The position among the message's fields, which are in the order of their numbers.</summary>
    public int Index { get; }

    public int Number { get; }

    public FieldType Type { get; }

    public string Name { get; }

    public string JsonName { get; }

    public byte[] JsonNameUtf8 { get; }

    public JsonEncodedText EncodedName { get; }

    public JsonEncodedText EncodedJsonName { get; }

    public bool IsMap { get; }

    /// <summary>Whether the field is a list; maps are not.</summary>
    public bool IsRepeated { get; }

    public bool HasPresence { get; }

    /// <summary>Whether values are encoded as groups, which are not supported.</summary>
    public bool IsGroup { get; }

    /// <summary>How a single value is encoded.</summary>
    public WireFormat.WireType WireType { get; }

    /// <summary>Whether values may come packed: numbers, booleans and enums in a list.</summary>
    public bool IsPackable => IsRepeated && WireType != WireFormat.WireType.LengthDelimited;

    /// <summary>Whether values are written packed.</summary>
    public bool IsPacked { get; }

    /// <summary>The index of the oneof that the field belongs to, or -1.</summary>
    public int Oneof { get; }

    /// <summary>Whether JSON's null is a value, or an element, of the field: otherwise null means that it is absent.</summary>
    public bool AcceptsNull { get; }

    public EnumPlan? Enum { get; }

    /// <summary>A map's key.</summary>
    public FieldPlan? Key { get; }

    /// <summary>A map's value.</summary>
    public FieldPlan? Value { get; }

    /// <summary>The type of a message field. Made when it is first needed, because types may be recursive.</summary>
    public MessagePlan Message => _message ??= MessagePlan.Of(_descriptor.MessageType);

    /// <summary>Whether a value is zero, false or empty.</summary>
    public bool IsDefault(FieldOccurrence value) =>
        WireType == WireFormat.WireType.LengthDelimited ? value.Length == 0 : value.Bits == 0;

    private static WireFormat.WireType WireTypeOf(FieldType type) => type switch
    {
        FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => WireFormat.WireType.Fixed64,
        FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => WireFormat.WireType.Fixed32,
        FieldType.String or FieldType.Bytes or FieldType.Message => WireFormat.WireType.LengthDelimited,
        _ => WireFormat.WireType.Varint,
    };
}
