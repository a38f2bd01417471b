using System.ComponentModel;
using System.Reflection;

namespace Gateway.Configuration;

/// <summary>What the configuration's binder makes of the types of options.</summary>
internal static class OptionType
{
    /// <summary>The options of a class, by their names in the configuration.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> OptionsOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a value of the type is written as one text.</summary>
    public static bool IsScalar(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>Whether the type is a class of options, which have names of their own.</summary>
    public static bool IsSection(Type type) => !IsScalar(type) && ItemOf(type) is null;

    /// <summary>The type of a list's items; null when the type is no list.</summary>
    public static Type? ItemOf(Type type) => GenericArgument(type, typeof(ICollection<>)) ?? GenericArgument(type, typeof(IReadOnlyList<>));

    /// <summary>The type of the values of a map from text; null when the type is no such map.</summary>
    public static Type? MapValueOf(Type type) => ItemOf(type) is { IsGenericType: true } item && item.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
        ? item.GenericTypeArguments[1]
        : null;

    /// <summary>What a user calls values of a type.</summary>
    public static string NameOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "text",
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(int) || t == typeof(long) => "whole number",
        var t when t == typeof(double) => "number",
        var t when t == typeof(TimeSpan) => "duration",
        var t when t == typeof(Uri) => "address",
        { IsEnum: true } t => string.Join(", ", Enum.GetNames(t)),
        var t when MapValueOf(t) is { } value => $"map of {NameOf(value)}",
        var t when ItemOf(t) is { } item => $"list of {NameOf(item)}",
        var t => t.Name,
    };

    private static Type? GenericArgument(Type type, Type definition) => type.GetInterfaces().Prepend(type)
        .FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == definition)?.GenericTypeArguments[0];
}
