using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Gateway.Configuration;

/// <summary>Every setting with its kind and its default, a line each, for the help.</summary>
internal static class SettingList
{
    /// <param name="section">The section that the options are bound from.</param>
    /// <param name="options">The options as they are when nothing is set.</param>
    public static string Of(string section, object options)
    {
        var text = new StringBuilder();
        Add(text, section, options);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string section, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.MetadataToken))
        {
            (var key, var type, var value) = ($"{section}:{property.Name}", property.PropertyType, property.GetValue(options));
            if (OptionType.IsSection(type))
                Add(text, key, value!);
            else if (OptionType.MapValueOf(type) is null && OptionType.ItemOf(type) is { } item && OptionType.IsSection(item))
                Add(text, key + ":0", Activator.CreateInstance(item)!);
            else
                text.Append(CultureInfo.InvariantCulture, $"  {key,-58} {OptionType.NameOf(type)}{DefaultOf(value)}\n");
        }
    }

    private static string DefaultOf(object? value) => value switch
    {
        null or ICollection or IEnumerable<KeyValuePair<string, string[]>> => "",
        string { Length: 0 } => "",
        bool flag => flag ? " (default true)" : " (default false)",
        _ => string.Create(CultureInfo.InvariantCulture, $" (default {value})"),
    };
}
