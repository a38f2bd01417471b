namespace Statecharts;

/// <summary>Finds the transitions that an event enables, from the innermost states out.</summary>
internal readonly struct TransitionSelection(StateMachine machine, StateNode[] nodes, object? context, Event @event)
{
    internal TransitionSelection(MachineActor actor, Event @event)
        : this(actor.Machine, actor.Nodes, actor.Context, @event)
    {
    }

    /// <summary>The transitions for the event: per region, that of the innermost state that has one.</summary>
    internal Transition[] Select()
    {
        var selected = default(Selected);
        Select(machine.Root, ref selected);
        return selected.ToArray();
    }

    /// <summary>The transitions that need no event.</summary>
    internal Transition[] SelectEventless()
    {
        var selected = default(Selected);
        foreach (var leaf in nodes)
        {
            if (!leaf.IsAtomic)
                continue;
            for (var node = leaf; node is not null; node = node.Parent)
            {
                if (FirstEventless(node) is not { } transition)
                    continue;
                selected.AddOnce(transition);
                break;
            }
        }
        return selected.ToArray();
    }

    private bool Select(StateNode node, ref Selected selected)
    {
        var found = false;
        if (node.ChildNodes.Length > 0)
        {
            var isParallel = node.Kind == StateNodeKind.Parallel;
            // In the order of the active states, which is the order of the keys in XState's state value.
            foreach (var child in nodes)
            {
                if (child.Parent != node)
                    continue;
                found |= Select(child, ref selected);
                if (!isParallel)
                    break;
            }
        }
        if (found)
            return true;
        foreach (var candidate in node.Candidates(@event.Type))
        {
            if (!IsEnabled(candidate))
                continue;
            selected.AddOnce(candidate);
            return true;
        }
        return false;
    }

    private bool IsEnabled(Transition candidate)
    {
        if (candidate.GuardNode is not { } guard)
            return true;
        try
        {
            return guard.Holds(context, @event, nodes);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            var name = guard.Name is null ? "" : $"'{guard.Name}' ";
            throw new GuardException(
                $"Unable to evaluate guard {name}in transition for event '{@event.Type}' in state node '{candidate.Source.Id}':\n"
                + exception.Message,
                candidate,
                exception);
        }
    }

    private Transition? FirstEventless(StateNode node)
    {
        foreach (var transition in node.AlwaysTransitions)
        {
            if (transition.GuardNode is null || HoldsEventless(transition))
                return transition;
        }
        return null;
    }

    /// <summary>As in XState, the message is the guard's own here.</summary>
    private bool HoldsEventless(Transition candidate)
    {
        try
        {
            return candidate.GuardNode!.Holds(context, @event, nodes);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new GuardException(exception.Message, candidate, exception);
        }
    }

    /// <summary>Collects transitions, mostly one or none.</summary>
    private struct Selected
    {
        private Transition? _first;
        private List<Transition>? _all;

        internal void AddOnce(Transition transition)
        {
            if (_first is null)
            {
                _first = transition;
                return;
            }
            if (_first == transition || _all?.Contains(transition) == true)
                return;
            (_all ??= [_first]).Add(transition);
        }

        internal readonly Transition[] ToArray() => _all is not null ? [.. _all] : _first is not null ? _first.Alone : [];
    }
}
