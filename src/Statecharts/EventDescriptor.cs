namespace Statecharts;

/// <summary>What a transition answers to: an event type, <c>*</c>, or a prefix of whole tokens such as <c>order.*</c>.</summary>
internal static class EventDescriptor
{
    internal static bool IsWildcard(string descriptor) =>
        descriptor == "*" || descriptor.EndsWith(".*", StringComparison.Ordinal);

    /// <summary>Whether it has a star that covers nothing.</summary>
    internal static bool IsMisplacedWildcard(string descriptor) =>
        descriptor != "*" && (IsWildcard(descriptor) ? descriptor.AsSpan(0, descriptor.Length - 2) : descriptor).Contains('*');

    /// <summary>Whether a wildcard covers an event type. <c>a.*</c> covers <c>a</c>, <c>a.b</c> and <c>a.b.c</c>.</summary>
    internal static bool Matches(string wildcard, string eventType)
    {
        if (wildcard == "*")
            return true;
        var prefix = wildcard.AsSpan(0, wildcard.Length - 2);
        // As in XState, a star inside the prefix is not a wildcard and ends the comparison.
        if (prefix.Contains('*') && HasStarToken(prefix))
            return false;
        return eventType.AsSpan().StartsWith(prefix, StringComparison.Ordinal)
            && (eventType.Length == prefix.Length || eventType[prefix.Length] == '.');
    }

    private static bool HasStarToken(ReadOnlySpan<char> prefix)
    {
        foreach (var token in prefix.Split('.'))
        {
            if (prefix[token] is "*")
                return true;
        }
        return false;
    }
}
