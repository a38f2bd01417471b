using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>The messages whose JSON form is not that of an object with their fields.</summary>
internal enum WellKnownType
{
    /// <summary>Any other message.</summary>
    None,
    Any,
    Duration,

    /// <summary>An object like any other message's, but within an Any it may also come as <c>"value": {}</c>.</summary>
    Empty,
    FieldMask,
    ListValue,
    Struct,
    Timestamp,
    Value,

    /// <summary>One of the messages that box a scalar, such as Int32Value.</summary>
    Wrapper,
}

internal static class WellKnownTypes
{
    /// <summary>
    /// Descriptors come from outside, so a message is only taken for a well-known type if it has its fields too.
    /// </summary>
    public static WellKnownType Of(MessageDescriptor message) => message.FullName switch
    {
        "google.protobuf.Any" when Has(message, FieldType.String, FieldType.Bytes) => WellKnownType.Any,
        "google.protobuf.Duration" when Has(message, FieldType.Int64, FieldType.Int32) => WellKnownType.Duration,
        "google.protobuf.Empty" when Has(message) => WellKnownType.Empty,
        "google.protobuf.FieldMask" when Has(message, FieldType.String) && IsRepeated(message) => WellKnownType.FieldMask,
        "google.protobuf.ListValue" when Has(message, FieldType.Message) && IsRepeated(message) => WellKnownType.ListValue,
        "google.protobuf.Struct" when Has(message, FieldType.Message) && message.FindFieldByNumber(1).IsMap => WellKnownType.Struct,
        "google.protobuf.Timestamp" when Has(message, FieldType.Int64, FieldType.Int32) => WellKnownType.Timestamp,
        "google.protobuf.Value" when Has(message, FieldType.Enum, FieldType.Double, FieldType.String, FieldType.Bool,
            FieldType.Message, FieldType.Message) => WellKnownType.Value,
        "google.protobuf.BoolValue" when Has(message, FieldType.Bool) => WellKnownType.Wrapper,
        "google.protobuf.BytesValue" when Has(message, FieldType.Bytes) => WellKnownType.Wrapper,
        "google.protobuf.DoubleValue" when Has(message, FieldType.Double) => WellKnownType.Wrapper,
        "google.protobuf.FloatValue" when Has(message, FieldType.Float) => WellKnownType.Wrapper,
        "google.protobuf.Int32Value" when Has(message, FieldType.Int32) => WellKnownType.Wrapper,
        "google.protobuf.Int64Value" when Has(message, FieldType.Int64) => WellKnownType.Wrapper,
        "google.protobuf.StringValue" when Has(message, FieldType.String) => WellKnownType.Wrapper,
        "google.protobuf.UInt32Value" when Has(message, FieldType.UInt32) => WellKnownType.Wrapper,
        "google.protobuf.UInt64Value" when Has(message, FieldType.UInt64) => WellKnownType.Wrapper,
        _ => WellKnownType.None,
    };

    private static bool Has(MessageDescriptor message, params ReadOnlySpan<FieldType> types)
    {
        var fields = message.Fields.InFieldNumberOrder();
        if (fields.Count != types.Length)
            return false;
        for (var i = 0; i < types.Length; i++)
        {
            if (fields[i].FieldNumber != i + 1 || fields[i].FieldType != types[i])
                return false;
        }

        return true;
    }

    private static bool IsRepeated(MessageDescriptor message) => message.FindFieldByNumber(1) is { IsRepeated: true, IsMap: false };
}
