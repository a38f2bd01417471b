namespace Statecharts;

/// <summary>A set of states as bits by document order.</summary>
internal readonly ref struct NodeSet(Span<ulong> words)
{
    /// <summary>Up to this many words a set lives on the stack.</summary>
    internal const int StackWords = 32;

    private readonly Span<ulong> _words = words;

    internal static int WordsFor(int nodes) => (nodes + 63) >> 6;

    internal bool Contains(StateNode node) => (_words[node.Index >> 6] >> (node.Index & 63) & 1) != 0;

    internal void Add(StateNode node) => _words[node.Index >> 6] |= 1UL << (node.Index & 63);

    /// <summary>The first member at or after an index; -1 when there is none.</summary>
    internal int Next(int from)
    {
        var word = from >> 6;
        if (word >= _words.Length)
            return -1;
        var bits = _words[word] & (ulong.MaxValue << (from & 63));
        while (bits == 0)
        {
            if (++word == _words.Length)
                return -1;
            bits = _words[word];
        }
        return (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>The last member at or before an index; -1 when there is none.</summary>
    internal int Previous(int from)
    {
        if (from < 0)
            return -1;
        var word = from >> 6;
        var bits = _words[word] & (ulong.MaxValue >> (63 - (from & 63)));
        while (bits == 0)
        {
            if (--word < 0)
                return -1;
            bits = _words[word];
        }
        return (word << 6) + 63 - System.Numerics.BitOperations.LeadingZeroCount(bits);
    }

    internal bool ContainsDescendantOf(StateNode ancestor)
    {
        var next = Next(ancestor.Index + 1);
        return next >= 0 && next <= ancestor.LastIndex;
    }
}
