using Google.Protobuf.Reflection;

namespace Gateway.Binding;

/// <summary>Questions about a field's type.</summary>
internal static class FieldTypes
{
    /// <summary>Whether the field holds one message of this type, by its name: descriptors that were read at run time are never the generated ones.</summary>
    public static bool IsMessage(this FieldDescriptor field, MessageDescriptor type) =>
        field is { FieldType: FieldType.Message, IsRepeated: false } && field.MessageType.FullName == type.FullName;
}
