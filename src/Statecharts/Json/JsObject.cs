using System.Globalization;
using System.Text.Json;

namespace Statecharts;

/// <summary>JSON as JavaScript sees it.</summary>
internal static class JsObject
{
    /// <summary>
    /// The properties in the order in which JavaScript enumerates them: whole numbers first, in ascending order. It is the
    /// document order of states and the order of delays.
    /// </summary>
    internal static IEnumerable<JsonProperty> Properties(JsonElement json)
    {
        var properties = json.EnumerateObject().GroupBy(property => property.Name).Select(group => group.Last()).ToList();
        return properties.Where(IsIndex).OrderBy(property => uint.Parse(property.Name, CultureInfo.InvariantCulture))
            .Concat(properties.Where(property => !IsIndex(property)));
    }

    /// <summary>A number as JavaScript writes it.</summary>
    internal static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static bool IsIndex(JsonProperty property) =>
        uint.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && index != uint.MaxValue
        && property.Name == index.ToString(CultureInfo.InvariantCulture);
}
