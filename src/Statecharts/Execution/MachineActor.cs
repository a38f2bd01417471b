namespace Statecharts;

/// <summary>A machine while a macrostep is under way.</summary>
sealed class MachineActor : Actor
{
    readonly Snapshot? _origin;
    StateNode[] _nodes;
    HistoryValue _history;
    object? _context;
    Actor[]? _children;
    Queue<Event>? _raised;
    ActionScope? _scope;
    bool _ownsContext;
    bool _changed;

    /// <summary>A new machine. Its first states are entered at once; what they do outside waits for its start.</summary>
    internal MachineActor(ActorSystem system, MachineActor? parent, string id, int session, StateMachine machine)
        : base(system, parent, id, session, machine, null)
    {
        Machine = machine;
        _nodes = [machine.Root];
        _history = HistoryValue.Empty;
        _children = [];
    }

    /// <summary>The root of a snapshot.</summary>
    internal MachineActor(ActorSystem system, Snapshot snapshot)
        : base(system, null, "", 0, snapshot.Machine, snapshot.Status)
    {
        Machine = snapshot.Machine;
        _origin = snapshot;
        _nodes = snapshot.Nodes;
        _history = snapshot.History;
        _context = snapshot.Context;
        Output = snapshot.Output;
        Error = snapshot.Error;
    }

    /// <summary>A child of a snapshot.</summary>
    internal MachineActor(ActorSystem system, MachineActor parent, ChildActor child)
        : base(system, parent, child)
    {
        var snapshot = (Snapshot)child.Snapshot;
        Machine = snapshot.Machine;
        _origin = snapshot;
        _nodes = snapshot.Nodes;
        _history = snapshot.History;
        _context = snapshot.Context;
    }

    internal StateMachine Machine { get; }

    internal object? Context => _context;

    /// <summary>The active states, in the order they were entered: until a microstep is through, those before it.</summary>
    internal StateNode[] Nodes => _nodes;

    internal Actor[] Children => _children ??= Restore(_origin!.Children);

    /// <summary>The context, as a copy that belongs to this macrostep.</summary>
    internal object? MutableContext()
    {
        if (!_ownsContext)
        {
            _context = Machine.DataModel.Clone(_context);
            _ownsContext = true;
        }
        _changed = true;
        return _context;
    }

    internal void ReplaceContext(object? context)
    {
        _context = context;
        _ownsContext = false;
        _changed = true;
    }

    internal void Raise(Event @event) => (_raised ??= new Queue<Event>()).Enqueue(@event);

    internal Actor? FindChild(string id)
    {
        foreach (var child in Children)
        {
            if (child.Id == id)
                return child;
        }
        return null;
    }

    internal Actor CreateChild(string source, ActorLogic logic, string id, object? input, string? systemId, bool syncSnapshot)
    {
        var session = System.NextSession();
        Actor child = logic switch
        {
            StateMachine machine => new MachineActor(System, this, id, session, machine)
            {
                Source = source,
                SystemId = systemId,
                SyncSnapshot = syncSnapshot,
            },
            PromiseActor promise => new RunningPromise(System, this, id, session, promise, input)
            {
                Source = source,
                SystemId = systemId,
                SyncSnapshot = syncSnapshot,
            },
            _ => throw new InvalidOperationException($"'{logic.Name}' is no logic that an actor can run."),
        };
        // XState lets the one before run on, out of reach, until a restart forgets it. Here an id has one bearer.
        StopChild(id);
        if (systemId is not null)
            System.Register(systemId, child);
        (child as MachineActor)?.Initialize(input);
        if (systemId is not null && child.Status != ActorStatus.Active)
            System.Unregister(child);
        _children = [.. Children, child];
        _changed = true;
        return child;
    }

    internal void StopChild(string id)
    {
        _changed = true;
        if (FindChild(id) is not { } child)
            return;
        _children = Array.FindAll(Children, other => other != child);
        StopActor(child);
    }

    /// <summary>Enters the first states. A failure is kept until the start, which tells the parent.</summary>
    internal void Initialize(object? input)
    {
        var init = new Event(Event.InitType, input);
        try
        {
            _context = Machine.CreateContext(input);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            FailInitially(exception);
            return;
        }
        var context = _context;
        try
        {
            Microstep(Machine.InitialTransition.Alone, init, isInitial: true);
            RunToCompletion(init);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _nodes = [Machine.Root];
            _history = HistoryValue.Empty;
            _context = context;
            _children = [];
            FailInitially(exception);
        }
        finally
        {
            _ownsContext = false;
        }
    }

    void FailInitially(Exception exception)
    {
        Status = ActorStatus.Error;
        Error = ActorError.From(exception);
        Output = null;
    }

    internal override ActorSnapshot ToSnapshot()
    {
        var children = ChildSnapshots();
        var isSame = _origin is not null && _origin.Status == Status && ReferenceEquals(_origin.Nodes, _nodes)
            && ReferenceEquals(_origin.Context, _context) && ReferenceEquals(_origin.History, _history)
            && ReferenceEquals(_origin.Children, children) && (Parent is not null || _origin.Sessions == System.Sessions);
        return isSame
            ? _origin!
            : new Snapshot(Machine, Status, _nodes, _context, _history, children, Output, Error, Parent is null ? System.Sessions : 0);
    }

    /// <summary>Children that are active start first; the others when it is their turn among the deferred effects.</summary>
    protected override void OnStart()
    {
        foreach (var child in Children)
        {
            if (child.Status == ActorStatus.Active)
                child.StartUnlessStopped();
        }
    }

    protected override void OnEnd()
    {
        if (Machine.CanSchedule)
            System.AddEffect(new CancelAllScheduled(Path));
    }

    protected override void Transition(Event @event)
    {
        var (nodes, context, history, children, status, output) = (_nodes, _context, _history, _children, Status, Output);
        _ownsContext = false;
        try
        {
            Take(@event);
        }
        catch
        {
            // What the transition did so far never happened, except for what is already outside.
            (_nodes, _context, _history, _children, Status, Output) = (nodes, context, history, children, status, output);
            _raised?.Clear();
            throw;
        }
        finally
        {
            // From here on others may hold on to it.
            _ownsContext = false;
        }
    }

    void Take(Event @event)
    {
        if (ReferenceEquals(@event, Event.Stop))
        {
            StopChildren();
            _children = [];
            Status = ActorStatus.Stopped;
            return;
        }

        var selected = new TransitionSelection(this, @event).Select();
        if (@event.IsActorError && selected.Length == 0)
        {
            StopChildren();
            _children = [];
            Status = ActorStatus.Error;
            Error = @event.Data as ActorError;
            return;
        }
        Microstep(selected, @event, isInitial: false);
        RunToCompletion(@event);
    }

    /// <summary>Takes the transitions that need no event and the events raised, until there are none.</summary>
    void RunToCompletion(Event @event)
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
    bool Microstep(Transition[] transitions, Event @event, bool isInitial)
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
            Resolve(transition.ActionNodes, @event);
        if (nodes is not null)
            EnterStates(taken, domains, nodes, @event, history, isInitial);
        if (nodes is null)
            return _changed;

        if (Status == ActorStatus.Done)
        {
            nodes.Sort(static (a, b) => b.Index.CompareTo(a.Index));
            foreach (var node in nodes)
                Resolve(node.Exit, @event);
        }
        if (!ReferenceEquals(history, _history) || !HasSameMembers(_nodes, nodes))
        {
            _nodes = [.. nodes];
            _history = history;
            _changed = true;
        }
        return _changed;
    }

    HistoryValue ExitStates(Transition[] transitions, StateNode?[] domains, List<StateNode> nodes, Event @event)
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
            Resolve(node.Exit, @event);
            foreach (var invocation in node.InvocationArray)
                StopChild(invocation.Id);
            nodes.Remove(node);
        }
        return history;
    }

    void EnterStates(
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

    void Enter(StateNode node, Event @event, bool byDefault)
    {
        if (node.Entry.Length == 0 && node.InvocationArray.Length == 0 && (!byDefault || node.InitialActions.Length == 0))
            return;
        var scope = Begin(@event, node.InvocationArray);
        foreach (var action in node.Entry)
            action.Resolve(this, scope);
        foreach (var invocation in node.InvocationArray)
            invocation.Spawn.Resolve(this, scope);
        if (byDefault)
        {
            foreach (var action in node.InitialActions)
                action.Resolve(this, scope);
        }
        scope.ResolvePending(this);
    }

    /// <summary>A final state was entered: says so for all that it completes, up to the machine itself.</summary>
    void Complete(StateNode final, List<StateNode> nodes, Event @event, List<StateNode> completed)
    {
        var parent = final.Parent;
        var marker = parent is { Kind: StateNodeKind.Parallel } ? parent : parent?.Parent;
        var completing = marker ?? final;
        if (parent is { Kind: StateNodeKind.Compound })
            Raise(new Event(parent.DoneEventType, final.Output?.Invoke(_context, @event)));
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
        var data = completing.Parent is not null ? completing.Output?.Invoke(_context, @event) : null;
        Output = output(_context, new Event(completing.DoneEventType, data));
    }

    static bool IsInFinalState(StateNode node, List<StateNode> nodes) => node.Kind switch
    {
        StateNodeKind.Compound => Array.Exists(node.RealChildren, c => c.Kind == StateNodeKind.Final && nodes.Contains(c)),
        StateNodeKind.Parallel => Array.TrueForAll(node.RealChildren, c => IsInFinalState(c, nodes)),
        var kind => kind == StateNodeKind.Final,
    };

    void Resolve(MachineAction[] actions, Event @event)
    {
        if (actions.Length == 0)
            return;
        var scope = Begin(@event, []);
        foreach (var action in actions)
            action.Resolve(this, scope);
    }

    ActionScope Begin(Event @event, Invocation[] coming)
    {
        _scope ??= new ActionScope();
        _scope.Begin(@event, coming);
        return _scope;
    }

    void StopChildren()
    {
        foreach (var child in Children)
            StopActor(child);
    }

    void StopActor(Actor child) => Execute(() =>
    {
        UnregisterWithDescendants(child);
        // XState lets what a failed machine left behind run on for good; here it ends with the machine.
        if (child is MachineActor { Phase: ActorPhase.Stopped } machine)
            machine.Abandon();
        // A child that has not started never will. One that runs first takes what is on its way to it.
        if (child.Phase != ActorPhase.Running)
            child.Stop();
        else
            Defer(child.Stop);
    });

    void Abandon()
    {
        foreach (var child in Children)
        {
            (child as MachineActor)?.Abandon();
            child.Stop();
        }
    }

    void UnregisterWithDescendants(Actor actor)
    {
        if (actor is MachineActor machine)
        {
            foreach (var child in machine.Children)
                UnregisterWithDescendants(child);
        }
        System.Unregister(actor);
    }

    Actor[] Restore(IReadOnlyList<ChildActor> children) =>
        children.Count == 0 ? [] : [.. children.Select(child => child.Logic is StateMachine
            ? (Actor)new MachineActor(System, this, child)
            : new RunningPromise(System, this, child))];

    IReadOnlyList<ChildActor> ChildSnapshots()
    {
        if (_children is null)
            return _origin!.Children;
        var before = _origin?.Children ?? [];
        if (_children.Length == 0 && before.Count == 0)
            return before;
        var isSame = before.Count == _children.Length;
        var after = new ChildActor[_children.Length];
        for (var i = 0; i < after.Length; i++)
        {
            after[i] = _children[i].ToChild();
            isSame = isSame && ReferenceEquals(after[i], before[i]);
        }
        return isSame ? before : after;
    }

    static bool HasSameMembers(StateNode[] before, List<StateNode> after)
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
