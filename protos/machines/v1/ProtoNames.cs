using System.Text;

namespace Machines.V1;

/// <summary>
/// The names of events and states that follow from proto names where no annotation gives another, as annotations.proto says. Part of
/// the contract like the files beside it: compiled into the machines and into the gateway, which share no assembly.
/// </summary>
internal static class ProtoNames
{
    /// <summary>The event that an event oneof's member is: <c>add_item</c> is <c>ADD_ITEM</c>.</summary>
    public static string EventType(string fieldName) => ScreamingSnake(fieldName);

    /// <summary>The state that an enum's value is: <c>ORDER_STATE_IN_PROGRESS</c> of <c>OrderState</c> is <c>inProgress</c>.</summary>
    public static string State(string enumName, string valueName)
    {
        var prefix = ScreamingSnake(enumName) + "_";
        var name = valueName.StartsWith(prefix, StringComparison.Ordinal) ? valueName[prefix.Length..] : valueName;
        var state = new StringBuilder(name.Length);
        foreach (var word in name.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            state.Append(state.Length == 0 ? char.ToLowerInvariant(word[0]) : char.ToUpperInvariant(word[0]));
            state.Append(word[1..].ToLowerInvariant());
        }

        return state.ToString();
    }

    private static string ScreamingSnake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]) && name[i - 1] != '_')
                snake.Append('_');
            snake.Append(char.ToUpperInvariant(name[i]));
        }

        return snake.ToString();
    }
}
