namespace Statecharts;

/// <content>SCXML's algorithm: microsteps until nothing is left to do, each leaving and entering states.</content>
internal sealed partial class MachineActor
{
    /// <summary>Takes the transitions that need no event and the events raised, until there are none.</summary>
    private void RunToCompletion(Event @event)
    {
        var selectEventless = true;
        LoopGuard? loop = null;
        while (Status == ActorStatus.Active)
        {
            var enabled = selectEventless && Machine.HasAlways ? new TransitionSelection(this, @event).SelectEventless() : [];
            var isEventless = enabled.Length > 0;
            if (!isEventless)
            {
                if (_raised is null || !_raised.TryDequeue(out var raised))
                    break;
                @event = raised;
                enabled = new TransitionSelection(this, @event).Select();
            }
            (loop ??= new LoopGuard(Machine)).Count(enabled);
            var changed = Microstep(enabled, @event, isInitial: false);
            // A transition without an event that changed nothing would be taken forever.
            selectEventless = changed || !isEventless;
        }
        if (Status != ActorStatus.Active)
        {
            _raised?.Clear();
            StopChildren();
        }
    }

    /// <summary>Takes transitions. True when anything changed: states, context, children or what history recalls.</summary>
    private bool Microstep(Transition[] transitions, Event @event, bool isInitial)
    {
        if (transitions.Length == 0)
            return false;
        _changed = false;
        var taken = ExitSet.RemoveConflicting(transitions, _nodes, _history);
        var hasTargets = Array.Exists(taken, static transition => transition.HasTargets);
        var nodes = hasTargets ? new List<StateNode>(_nodes) : null;
        var history = _history;
        var domains = hasTargets ? ExitSet.Domains(taken, history) : [];

        if (nodes is not null && !isInitial)
            history = ExitStates(taken, domains, nodes, @event);
        foreach (var transition in taken)
            Resolve(transition.ActionNodes, transition.Source, @event);
        if (nodes is not null)
            EnterStates(taken, domains, nodes, @event, history, isInitial);
        if (nodes is null)
            return _changed;

        if (Status == ActorStatus.Done)
        {
            nodes.Sort(static (a, b) => b.Index.CompareTo(a.Index));
            foreach (var node in nodes)
                Resolve(node.Exit, node, @event);
        }
        if (!ReferenceEquals(history, _history) || !HasSameMembers(_nodes, nodes))
        {
            _nodes = [.. nodes];
            _history = history;
            _changed = true;
        }
        return _changed;
    }

    private HistoryValue ExitStates(Transition[] transitions, StateNode?[] domains, List<StateNode> nodes, Event @event)
    {
        var words = NodeSet.WordsFor(Machine.NodeArray.Length);
        var exited = new NodeSet(words <= NodeSet.StackWords ? stackalloc ulong[words] : new ulong[words]);
        for (var t = 0; t < transitions.Length; t++)
        {
            foreach (var node in nodes)
            {
                if (ExitSet.Leaves(transitions[t], domains[t], node))
                    exited.Add(node);
            }
        }

        var last = Machine.NodeArray.Length - 1;
        var history = _history;
        for (var i = exited.Previous(last); i >= 0; i = exited.Previous(i - 1))
        {
            var node = Machine.NodeArray[i];
            foreach (var recalling in node.HistoryChildren)
            {
                var recalled = recalling.History == HistoryKind.Deep
                    ? nodes.FindAll(n => n.IsAtomic && n.IsProperDescendantOf(node))
                    : nodes.FindAll(n => n.Parent == node);
                history = history.With(recalling, [.. recalled]);
            }
        }
        for (var i = exited.Previous(last); i >= 0; i = exited.Previous(i - 1))
        {
            var node = Machine.NodeArray[i];
            Resolve(node.Exit, node, @event);
            foreach (var invocation in node.InvocationArray)
                StopChild(invocation.Id);
            nodes.Remove(node);
        }
        return history;
    }

    private void EnterStates(
        Transition[] transitions,
        StateNode?[] domains,
        List<StateNode> nodes,
        Event @event,
        HistoryValue history,
        bool isInitial)
    {
        var words = NodeSet.WordsFor(Machine.NodeArray.Length);
        var toEnter = new NodeSet(words <= NodeSet.StackWords ? stackalloc ulong[words] : new ulong[words]);
        var byDefault = new NodeSet(words <= NodeSet.StackWords ? stackalloc ulong[words] : new ulong[words]);
        var entry = new EntrySet(toEnter, byDefault, history, nodes);
        for (var t = 0; t < transitions.Length; t++)
            entry.Add(transitions[t], domains[t]);
        if (isInitial)
            byDefault.Add(Machine.Root);

        List<StateNode>? completed = null;
        for (var i = toEnter.Next(0); i >= 0; i = toEnter.Next(i + 1))
        {
            var node = Machine.NodeArray[i];
            if (!nodes.Contains(node))
                nodes.Add(node);
            Enter(node, @event, byDefault.Contains(node));
            if (node.Kind == StateNodeKind.Final)
                Complete(node, nodes, @event, completed ??= []);
        }
    }

    private void Enter(StateNode node, Event @event, bool byDefault)
    {
        if (node.Entry.Length == 0 && node.InvocationArray.Length == 0 && (!byDefault || node.InitialActions.Length == 0))
            return;
        var scope = Begin(@event, node.InvocationArray);
        foreach (var action in node.Entry)
            Resolve(action, node, scope);
        foreach (var invocation in node.InvocationArray)
            Resolve(invocation.Spawn, node, scope);
        if (byDefault)
        {
            foreach (var action in node.InitialActions)
                Resolve(action, node, scope);
        }
        scope.ResolvePending(this);
    }

    /// <summary>A final state was entered: says so for all that it completes, up to the machine itself.</summary>
    private void Complete(StateNode final, List<StateNode> nodes, Event @event, List<StateNode> completed)
    {
        (_at, _doing) = (final, "output");
        var parent = final.Parent;
        var marker = parent is { Kind: StateNodeKind.Parallel } ? parent : parent?.Parent;
        var completing = marker ?? final;
        if (parent is { Kind: StateNodeKind.Compound })
            Raise(new Event(parent.DoneEventType, final.Output?.Invoke(ShareContext(), @event)));
        while (marker is { Kind: StateNodeKind.Parallel } && !completed.Contains(marker) && IsInFinalState(marker, nodes))
        {
            completed.Add(marker);
            Raise(new Event(marker.DoneEventType));
            completing = marker;
            marker = marker.Parent;
        }
        if (marker is not null)
            return;
        Status = ActorStatus.Done;
        _changed = true;
        if (Machine.Root.Output is not { } output)
            return;
        var data = completing.Parent is not null ? completing.Output?.Invoke(ShareContext(), @event) : null;
        Output = output(ShareContext(), new Event(completing.DoneEventType, data));
    }

    private static bool IsInFinalState(StateNode node, List<StateNode> nodes) => node.Kind switch
    {
        StateNodeKind.Compound => Array.Exists(node.RealChildren, c => c.Kind == StateNodeKind.Final && nodes.Contains(c)),
        StateNodeKind.Parallel => Array.TrueForAll(node.RealChildren, c => IsInFinalState(c, nodes)),
        var kind => kind == StateNodeKind.Final,
    };

    private void Resolve(MachineAction[] actions, StateNode node, Event @event)
    {
        if (actions.Length == 0)
            return;
        var scope = Begin(@event, []);
        foreach (var action in actions)
            Resolve(action, node, scope);
    }

    private void Resolve(MachineAction action, StateNode node, ActionScope scope)
    {
        (_at, _doing) = (node, action.Name);
        action.Resolve(this, scope);
    }

    private ActionScope Begin(Event @event, Invocation[] coming)
    {
        _scope ??= new ActionScope();
        _scope.Begin(@event, coming);
        return _scope;
    }

    private static bool HasSameMembers(StateNode[] before, List<StateNode> after)
    {
        if (before.Length != after.Count)
            return false;
        foreach (var node in before)
        {
            if (!after.Contains(node))
                return false;
        }
        return true;
    }
}
