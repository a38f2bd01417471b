using System.ComponentModel;

namespace Gateway.Configuration;

/// <summary>Finds the keys of a configuration section that its options class does not know, and the values that it cannot take.</summary>
internal sealed class ConfigurationSectionCheck
{
    private readonly Dictionary<string, string> _problems = new(StringComparer.OrdinalIgnoreCase);

    private ConfigurationSectionCheck()
    {
    }

    /// <summary>What is wrong, by the key it is wrong with.</summary>
    public static IReadOnlyDictionary<string, string> Find(IConfigurationSection section, Type options)
    {
        var check = new ConfigurationSectionCheck();
        check.Visit(section, options);
        return check._problems;
    }

    /// <summary>Sets the options to what the section says, as far as it can be understood.</summary>
    public static void Bind(IConfigurationSection section, object options)
    {
        var problems = Find(section, options.GetType());
        if (problems.Count == 0)
        {
            section.Bind(options);
            return;
        }

        var understood = section.AsEnumerable().Where(entry => !problems.Keys.Any(wrong => IsWithin(entry.Key, wrong)));
        new ConfigurationBuilder().AddInMemoryCollection(understood).Build().GetSection(section.Path).Bind(options);

        static bool IsWithin(string key, string wrong) =>
            key.StartsWith(wrong, StringComparison.OrdinalIgnoreCase) && (key.Length == wrong.Length || key[wrong.Length] == ':');
    }

    private void Visit(IConfigurationSection section, Type type)
    {
        if (OptionType.IsScalar(type))
            CheckValue(section, type);
        else if (section.Value is { Length: > 0 })
            _problems[section.Path] = $"takes no single value; its settings are below it, as in {section.Path}:{(OptionType.ItemOf(type) is null ? "…" : "0")}";
        else if (OptionType.MapValueOf(type) is { } value)
            foreach (var entry in section.GetChildren())
                VisitEntry(entry, value);
        else if (OptionType.ItemOf(type) is { } item)
            foreach (var child in section.GetChildren())
                Visit(child, item);
        else
            VisitOptions(section, type);
    }

    /// <summary>An entry without values is one that the binder leaves out: a rule would no longer ask for what the entry names.</summary>
    private void VisitEntry(IConfigurationSection entry, Type type)
    {
        if (OptionType.ItemOf(type) is not null && string.IsNullOrEmpty(entry.Value) && !entry.GetChildren().Any())
            _problems[entry.Path] = $"is empty; list its values, as in {entry.Path}:0";
        else
            Visit(entry, type);
    }

    private void VisitOptions(IConfigurationSection section, Type type)
    {
        var options = OptionType.OptionsOf(type);
        foreach (var child in section.GetChildren())
        {
            if (options.TryGetValue(child.Key, out var option))
                Visit(child, option.PropertyType);
            else
                _problems[child.Path] = $"there is no such option; there are {string.Join(", ", options.Keys)}";
        }
    }

    private void CheckValue(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().Any())
        {
            _problems[section.Path] = $"takes a single value: {OptionType.NameOf(type)}";
            return;
        }

        // Of an empty text the binder makes null where that can be; elsewhere it fails, and in a list it leaves the item out.
        var mustHaveValue = type.IsValueType && Nullable.GetUnderlyingType(type) is null;
        try
        {
            if (!mustHaveValue && string.IsNullOrEmpty(section.Value))
                return;

            // A number alone is so many days, which nobody means.
            var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(section.Value ?? "");
            if (value is TimeSpan && !section.Value!.Contains(':', StringComparison.Ordinal))
                throw new FormatException();
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException or InvalidCastException)
        {
            _problems[section.Path] = $"'{section.Value}' is no {OptionType.NameOf(type)}{ExampleOf(type)}";
        }
    }

    private static string ExampleOf(Type type) => type == typeof(TimeSpan) ? "; 00:00:30 is thirty seconds" : "";
}
