using Google.Protobuf.Reflection;

namespace Machines.Schema;

/// <summary>What the canonical JSON of messages asks of their descriptors.</summary>
internal static class MessageDescriptorExtensions
{
    /// <summary>Whether it is one of protobuf's own messages, whose JSON mostly is no object of its fields.</summary>
    public static bool IsWellKnown(this MessageDescriptor message) => message.File.Package == "google.protobuf";

    /// <summary>The field that a property of the message's JSON stands for, by either of its names; null when there is none.</summary>
    public static FieldDescriptor? FindFieldInJson(this MessageDescriptor message, string property) =>
        message.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == property || field.Name == property);
}
