using System.Text.Json;
using Statecharts;

namespace Machines.Runtime;

/// <summary>Finds what somebody meant who misspelt an event's type.</summary>
internal static class EventNames
{
    // Nobody misspells more, and whoever sends it does not need it back.
    private const int MaxLength = 100;

    /// <summary>What is wrong with an event's type, with the known one that is nearest to it.</summary>
    public static string Explain(string problem, StateMachine definition, JsonElement @event)
    {
        if (@event.ValueKind != JsonValueKind.Object || !@event.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return problem;

        var unknown = type.GetString()!;
        if (unknown.Length > MaxLength)
            return $"machine '{definition.Id}' knows no event whose type has {unknown.Length} characters.";
        return Nearest(definition, unknown) is { } name ? $"{problem} Did you mean '{name}'?" : problem;
    }

    private static string? Nearest(StateMachine definition, string unknown)
    {
        var nearest = definition.EventTypes.Keys
            .Select(name => (Name: name, Distance: Distance(unknown.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name is { } found && nearest.Distance <= Math.Max(1, found.Length / 3) ? found : null;
    }

    /// <summary>Levenshtein's: how many letters to add, remove or change.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
