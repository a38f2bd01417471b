using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>
/// What syntax and edition (https://protobuf.dev/editions/features/) make of a field. Google.Protobuf 3.25 parses the features
/// of an edition but does not apply them.
/// </summary>
internal static class FieldFeatures
{
    public static bool HasPresence(FieldDescriptor field)
    {
        if (field.IsRepeated)
            return false;
        if (field.FieldType is FieldType.Message or FieldType.Group || field.ContainingOneof is not null)
            return true;
        return field.File.Syntax switch
        {
            Syntax.Proto2 => true,
            Syntax.Proto3 => false,
            _ => Resolve(field, static features => features.FieldPresence) != FeatureSet.Types.FieldPresence.Implicit,
        };
    }

    public static bool IsPacked(FieldDescriptor field) => HasEdition(field)
        ? Resolve(field, static features => features.RepeatedFieldEncoding) != FeatureSet.Types.RepeatedFieldEncoding.Expanded
        : field.IsPacked;

    /// <summary>Whether the field's messages are encoded as groups.</summary>
    /// <remarks>A descriptor that was built at run time says Message of a group; what it was built from does not.</remarks>
    public static bool IsDelimited(FieldDescriptor field) => field.ToProto().Type == FieldDescriptorProto.Types.Type.Group
        || (field is { FieldType: FieldType.Message, IsMap: false } && HasEdition(field)
            && Resolve(field, static features => features.MessageEncoding) == FeatureSet.Types.MessageEncoding.Delimited);

    private static bool HasEdition(FieldDescriptor field) => field.File.Syntax is not (Syntax.Proto2 or Syntax.Proto3);

    /// <returns>The innermost setting, or the enum's zero, which stands for the edition's default.</returns>
    private static T Resolve<T>(FieldDescriptor field, Func<FeatureSet, T> feature)
        where T : struct, Enum
    {
        var setting = Read(field.GetOptions()?.Features);
        for (var message = field.ContainingType; IsUnset(setting) && message is not null; message = message.ContainingType)
            setting = Read(message.GetOptions()?.Features);
        return IsUnset(setting) ? Read(field.File.GetOptions()?.Features) : setting;

        T Read(FeatureSet? features) => features is null ? default : feature(features);

        static bool IsUnset(T setting) => EqualityComparer<T>.Default.Equals(setting, default);
    }
}
