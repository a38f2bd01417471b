namespace Statecharts;

/// <summary>Finds the state that a path means.</summary>
internal static class StatePathLookup
{
    /// <summary>
    /// Follows a path: names from a state down, or <c>#</c> and an id, which may be followed by names. Null when there is no
    /// such state.
    /// </summary>
    internal static StateNode? Find(IReadOnlyDictionary<string, StateNode> byId, StateNode start, string path)
    {
        var segments = StatePath.Split(path);
        var node = start;
        foreach (var segment in segments)
        {
            if (segment.Length == 0)
                break;
            var next = segment[0] == '#' ? byId.GetValueOrDefault(segment[1..]) : node.Child(segment);
            if (next is null)
                return path[0] == '#' ? byId.GetValueOrDefault(path[1..]) : null;
            node = next;
        }
        return node;
    }
}
