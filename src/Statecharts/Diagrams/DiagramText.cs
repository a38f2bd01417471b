using System.Text;

namespace Statecharts;

/// <summary>What diagrams write about states and transitions.</summary>
internal static class DiagramText
{
    internal static string Title(StateNode node) => node.Kind == StateNodeKind.History
        ? node.History == HistoryKind.Deep ? "H*" : "H"
        : node.Key;

    /// <summary>What triggers a transition, and its guard in brackets.</summary>
    internal static string Label(Transition transition)
    {
        var text = new StringBuilder(Trigger(transition));
        if (transition.Guard is { } guard)
            text.Append(text.Length > 0 ? " " : "").Append('[').Append(guard).Append(']');
        return text.ToString();
    }

    /// <summary>The transitions to draw: those that lead somewhere or do something.</summary>
    internal static IEnumerable<Transition> Shown(StateNode node) =>
        node.Transitions.Concat(node.Always).Where(transition => !transition.IsForbidden);

    private static string Trigger(Transition transition)
    {
        var type = transition.EventType;
        var source = transition.Source;
        if (type.Length == 0)
            return "always";
        if (type == source.DoneEventType)
            return "done";
        if (Rest(Event.AfterPrefix) is { } delay && delay.EndsWith($".{source.Id}", StringComparison.Ordinal))
            return $"after {delay[..^(source.Id.Length + 1)]}{(double.TryParse(delay[..^(source.Id.Length + 1)], out _) ? " ms" : "")}";
        if (Rest(Event.DoneActorPrefix) is { } done)
            return $"done: {Actor(done)}";
        if (Rest(Event.ErrorActorPrefix) is { } failed)
            return $"error: {Actor(failed)}";
        if (Rest(Event.SnapshotPrefix) is { } stepped)
            return $"snapshot: {Actor(stepped)}";
        return type;

        string? Rest(string prefix) => type.StartsWith(prefix, StringComparison.Ordinal) ? type[prefix.Length..] : null;

        // An id that was made of the place in the machine says less than what is run.
        string Actor(string id) =>
            source.Invocations.FirstOrDefault(invocation => invocation.Id == id) is { } invocation && id.EndsWith(source.Id, StringComparison.Ordinal)
                ? invocation.Source
                : id;
    }
}
