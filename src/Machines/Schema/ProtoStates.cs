using Google.Protobuf.Reflection;
using Machines.V1;

namespace Machines.Schema;

/// <summary>The states that the values of a proto enum stand for.</summary>
internal static class ProtoStates
{
    /// <returns>Names by number, less the value that means none (<c>…_UNSPECIFIED</c>); null when the files declare no such enum.</returns>
    public static IReadOnlyDictionary<int, string>? Of(FileDescriptor file, Type enumType)
    {
        var descriptor = EnumsOf(file, []).FirstOrDefault(candidate => candidate.ClrType == enumType);
        return descriptor is null ? null : Of(descriptor);
    }

    /// <returns>Names by number, less the value that means none (<c>…_UNSPECIFIED</c>). Of several values with one number it is the first.</returns>
    public static IReadOnlyDictionary<int, string> Of(EnumDescriptor descriptor) =>
        descriptor.Values
            .DistinctBy(value => value.Number)
            .Where(value => !value.Name.EndsWith("_UNSPECIFIED", StringComparison.Ordinal))
            .ToDictionary(value => value.Number, NameOf);

    private static string NameOf(EnumValueDescriptor value)
    {
        var annotated = value.GetOptions()?.GetExtension(AnnotationsExtensions.State) ?? "";
        return annotated.Length > 0 ? annotated : ProtoNames.State(value.EnumDescriptor.Name, value.Name);
    }

    private static IEnumerable<EnumDescriptor> EnumsOf(FileDescriptor file, HashSet<string> seen) =>
        seen.Add(file.Name)
            ? file.EnumTypes.Concat(file.MessageTypes.SelectMany(EnumsOf)).Concat(file.Dependencies.SelectMany(dependency => EnumsOf(dependency, seen)))
            : [];

    private static IEnumerable<EnumDescriptor> EnumsOf(MessageDescriptor message) =>
        message.EnumTypes.Concat(message.NestedTypes.SelectMany(EnumsOf));
}
