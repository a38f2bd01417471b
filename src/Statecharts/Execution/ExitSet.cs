namespace Statecharts;

/// <summary>Which states a transition leaves (SCXML's computeExitSet, getTransitionDomain and removeConflictingTransitions).</summary>
internal static class ExitSet
{
    /// <summary>The state within which the transition happens; null when it leaves the root itself.</summary>
    internal static StateNode? Domain(Transition transition, HistoryValue history) =>
        transition.RecallsHistory ? Domain(transition, EffectiveTargets(transition.TargetNodes!, history)) : transition.FixedDomain;

    internal static StateNode? Domain(Transition transition, StateNode[] targets)
    {
        var source = transition.Source;
        if (!transition.Reenter && Array.TrueForAll(targets, target => target == source || target.IsProperDescendantOf(source)))
            return source;

        // The least common ancestor of all the targets and the source, taken from the first target as XState does.
        var head = targets.Length > 0 ? targets[0] : source;
        for (var ancestor = head.Parent; ancestor is not null; ancestor = ancestor.Parent)
        {
            if (source.IsProperDescendantOf(ancestor) && Array.TrueForAll(targets, target => target.IsProperDescendantOf(ancestor)))
                return ancestor;
        }
        return transition.Reenter ? null : RootOf(source);
    }

    /// <summary>The states that the targets stand for: what a history state recalls in its place.</summary>
    internal static StateNode[] EffectiveTargets(StateNode[] targets, HistoryValue history)
    {
        var effective = new List<StateNode>();
        foreach (var target in targets)
        {
            if (target.Kind != StateNodeKind.History)
                AddOnce(effective, target);
            else if (history.Recall(target) is { } recalled)
                AddOnce(effective, recalled);
            else
                AddOnce(effective, EffectiveTargets(HistoryDefault(target), history));
        }
        return [.. effective];
    }

    /// <summary>Where a history state leads when there is nothing to recall.</summary>
    internal static StateNode[] HistoryDefault(StateNode history) =>
        history.HistoryTargets
        ?? (history.Parent!.Kind == StateNodeKind.Parallel ? [history.Parent]
            : history.Parent.Initial is { } initial ? [initial] : []);

    internal static bool Leaves(Transition transition, StateNode? domain, StateNode node) =>
        transition.HasTargets
        && (domain is null || node.IsProperDescendantOf(domain) || (transition.Reenter && transition.Source == domain && node == domain));

    /// <summary>Of the transitions that would leave the same state, keeps the one from the innermost source, else the first.</summary>
    internal static Transition[] RemoveConflicting(Transition[] enabled, StateNode[] active, HistoryValue history)
    {
        if (enabled.Length < 2)
            return enabled;
        var kept = new List<Transition>(enabled.Length);
        foreach (var transition in enabled)
        {
            var domain = Domain(transition, history);
            var preempted = false;
            List<Transition>? outdone = null;
            foreach (var other in kept)
            {
                if (!Intersects(transition, domain, other, Domain(other, history), active))
                    continue;
                if (transition.Source.IsProperDescendantOf(other.Source))
                {
                    (outdone ??= []).Add(other);
                }
                else
                {
                    preempted = true;
                    break;
                }
            }
            if (preempted)
                continue;
            if (outdone is not null)
                kept.RemoveAll(outdone.Contains);
            kept.Add(transition);
        }
        return kept.Count == enabled.Length ? enabled : [.. kept];
    }

    /// <summary>The domains of several transitions.</summary>
    internal static StateNode?[] Domains(Transition[] transitions, HistoryValue history)
    {
        var domains = new StateNode?[transitions.Length];
        for (var i = 0; i < domains.Length; i++)
            domains[i] = Domain(transitions[i], history);
        return domains;
    }

    // The machine itself is not there yet while it is being compiled.
    private static StateNode RootOf(StateNode node)
    {
        while (node.Parent is not null)
            node = node.Parent;
        return node;
    }

    private static bool Intersects(Transition a, StateNode? domainOfA, Transition b, StateNode? domainOfB, StateNode[] active)
    {
        if (!a.HasTargets || !b.HasTargets)
            return false;
        foreach (var node in active)
        {
            if (Leaves(a, domainOfA, node) && Leaves(b, domainOfB, node))
                return true;
        }
        return false;
    }

    private static void AddOnce(List<StateNode> list, StateNode node)
    {
        if (!list.Contains(node))
            list.Add(node);
    }

    private static void AddOnce(List<StateNode> list, IEnumerable<StateNode> nodes)
    {
        foreach (var node in nodes)
            AddOnce(list, node);
    }
}
