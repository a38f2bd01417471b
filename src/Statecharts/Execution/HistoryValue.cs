namespace Statecharts;

/// <summary>What history states recall. Immutable.</summary>
internal sealed class HistoryValue
{
    internal static readonly HistoryValue Empty = new([]);

    private readonly KeyValuePair<StateNode, StateNode[]>[] _entries;

    internal HistoryValue(KeyValuePair<StateNode, StateNode[]>[] entries) => _entries = entries;

    internal IReadOnlyList<KeyValuePair<StateNode, StateNode[]>> Entries => _entries;

    internal StateNode[]? Recall(StateNode history)
    {
        foreach (var (node, recalled) in _entries)
        {
            if (node == history)
                return recalled;
        }
        return null;
    }

    internal HistoryValue With(StateNode history, StateNode[] recalled)
    {
        var index = Array.FindIndex(_entries, entry => entry.Key == history);
        KeyValuePair<StateNode, StateNode[]>[] entries = [.. _entries];
        if (index < 0)
            entries = [.. entries, new(history, recalled)];
        else
            entries[index] = new(history, recalled);
        return new HistoryValue(entries);
    }
}
