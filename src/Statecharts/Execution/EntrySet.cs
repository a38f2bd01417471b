namespace Statecharts;

/// <summary>Which states a microstep enters (SCXML's computeEntrySet).</summary>
/// <param name="toEnter">The states to enter.</param>
/// <param name="byDefault">Those of them whose initial actions are carried out too.</param>
/// <param name="history">What history states recall.</param>
/// <param name="active">The states that were not left.</param>
internal readonly ref struct EntrySet(NodeSet toEnter, NodeSet byDefault, HistoryValue history, List<StateNode> active)
{
    private readonly NodeSet _toEnter = toEnter;
    private readonly NodeSet _byDefault = byDefault;
    private readonly HistoryValue _history = history;

    /// <param name="transition">A transition that is taken.</param>
    /// <param name="domain">
    /// The state within which it happens, as it was before states were left: leaving them may have changed what history
    /// states recall, and with it where the transition would seem to happen now.
    /// </param>
    internal void Add(Transition transition, StateNode? domain)
    {
        if (!transition.HasTargets)
            return;
        // It leaves nothing itself, so it did not conflict with the one that left its source. There is nothing to return to.
        if (domain == transition.Source && !active.Contains(domain))
            return;
        foreach (var target in transition.TargetNodes!)
        {
            // A state that the transition never leaves is not entered: its own target, unless it reenters.
            if (target.Kind != StateNodeKind.History
                && (transition.Source != target || transition.Source != domain || transition.Reenter))
            {
                _toEnter.Add(target);
                _byDefault.Add(target);
            }
            AddDescendants(target);
        }
        var within = transition.Source.Parent is null && transition.Reenter ? null : domain;
        var targets = transition.RecallsHistory
            ? ExitSet.EffectiveTargets(transition.TargetNodes, _history)
            : transition.TargetNodes;
        foreach (var target in targets)
        {
            AddAncestors(target, domain, within);
            if (domain is { Kind: StateNodeKind.Parallel })
                AddAncestor(domain, within);
        }
    }

    private void AddDescendants(StateNode node)
    {
        switch (node.Kind)
        {
            case StateNodeKind.History:
                AddRecalled(node);
                break;
            case StateNodeKind.Compound:
                var initial = node.Initial!;
                if (initial.Kind != StateNodeKind.History)
                {
                    _toEnter.Add(initial);
                    _byDefault.Add(initial);
                }
                AddDescendants(initial);
                AddAncestors(initial, node, null);
                break;
            case StateNodeKind.Parallel:
                foreach (var region in node.RealChildren)
                {
                    if (_toEnter.ContainsDescendantOf(region))
                        continue;
                    _toEnter.Add(region);
                    _byDefault.Add(region);
                    AddDescendants(region);
                }
                break;
        }
    }

    private void AddRecalled(StateNode node)
    {
        var recalled = _history.Recall(node);
        var states = recalled ?? ExitSet.HistoryDefault(node);
        if (recalled is null && node.HistoryTargets is null && node.Parent!.Kind != StateNodeKind.Parallel)
            _byDefault.Add(node.Parent);
        foreach (var state in states)
        {
            _toEnter.Add(state);
            AddDescendants(state);
        }
        foreach (var state in states)
            AddAncestors(state, node.Parent, null);
    }

    private void AddAncestors(StateNode node, StateNode? upTo, StateNode? within)
    {
        if (node == upTo)
            return;
        for (var ancestor = node.Parent; ancestor is not null && ancestor != upTo; ancestor = ancestor.Parent)
            AddAncestor(ancestor, within);
    }

    private void AddAncestor(StateNode ancestor, StateNode? within)
    {
        if (within is null || ancestor.IsProperDescendantOf(within))
            _toEnter.Add(ancestor);
        if (ancestor.Kind != StateNodeKind.Parallel)
            return;
        foreach (var region in ancestor.RealChildren)
        {
            if (_toEnter.ContainsDescendantOf(region))
                continue;
            _toEnter.Add(region);
            AddDescendants(region);
        }
    }
}
