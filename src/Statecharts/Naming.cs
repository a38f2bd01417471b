using System.Text;

namespace Statecharts;

/// <summary>From C#'s names to a state's and an event's.</summary>
internal static class Naming
{
    internal static string LowerCamel(string name)
    {
        // An initialism counts as one word: HTTPError is httpError, ID is id.
        var upper = 0;
        while (upper < name.Length && char.IsUpper(name[upper]))
            upper++;
        if (upper == 0)
            return name;
        var lowered = upper == 1 || upper == name.Length || !char.IsLower(name[upper]) ? upper : upper - 1;
        return string.Concat(name[..lowered].ToLowerInvariant(), name.AsSpan(lowered));
    }

    /// <summary>A type's name as C# writes it, less the namespace.</summary>
    internal static string Qualified(Type type) => type.DeclaringType is { } outer ? $"{Qualified(outer)}.{type.Name}" : type.Name;

    internal static string ScreamingSnake(string name)
    {
        var backtick = name.IndexOf('`', StringComparison.Ordinal);
        if (backtick >= 0)
            name = name[..backtick];
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsUpper(name[i])
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])))
                && name[i - 1] != '_';
            if (startsWord)
                text.Append('_');
            text.Append(char.ToUpperInvariant(name[i]));
        }
        return text.ToString();
    }
}
