namespace Statecharts;

/// <summary>What the active states look like from outside, and back.</summary>
internal static class Configuration
{
    internal static StateValue ToValue(StateNode node, StateNode[] active)
    {
        var children = new List<KeyValuePair<string, StateValue>>();
        foreach (var child in active)
        {
            if (child.Parent != node)
                continue;
            if (node.Kind == StateNodeKind.Compound && child.IsAtomic)
                return new StateValue(child.Key);
            children.Add(new(child.Key, ToValue(child, active)));
        }
        return new StateValue(children);
    }

    internal static IReadOnlyList<string> Tags(StateNode[] active)
    {
        List<string>? tags = null;
        foreach (var node in active)
        {
            foreach (var tag in node.Tags)
            {
                if (!(tags ??= []).Contains(tag))
                    tags.Add(tag);
            }
        }
        tags?.Sort(StringComparer.Ordinal);
        return tags is null ? [] : tags;
    }

    /// <summary>The active states in the order of their state value: each parent before its children, region after region.</summary>
    internal static StateNode[] InValueOrder(StateNode root, StateNode[] active)
    {
        var ordered = new List<StateNode>(active.Length);
        Add(root);
        return [.. ordered];

        void Add(StateNode node)
        {
            ordered.Add(node);
            foreach (var child in active)
            {
                if (child.Parent == node)
                    Add(child);
            }
        }
    }
}
