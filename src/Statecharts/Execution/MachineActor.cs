namespace Statecharts;

/// <summary>A machine while a macrostep is under way.</summary>
internal sealed partial class MachineActor : Actor
{
    private readonly Snapshot? _origin;
    private StateNode[] _nodes;
    private HistoryValue _history;
    private object? _context;
    private Actor[]? _children;
    private Actor[]? _restored;
    private Queue<Event>? _raised;
    private ActionScope? _scope;
    private StateNode _at;
    private string? _doing;
    private bool _ownsContext;
    private bool _changed;

    /// <summary>A new machine. Its first states are entered at once; what they do outside waits for its start.</summary>
    internal MachineActor(ActorSystem system, MachineActor? parent, string id, int session, StateMachine machine)
        : base(system, parent, id, session, machine, null)
    {
        Machine = machine;
        _at = machine.Root;
        _nodes = [machine.Root];
        _history = HistoryValue.Empty;
        _children = [];
    }

    /// <summary>The root of a snapshot.</summary>
    internal MachineActor(ActorSystem system, Snapshot snapshot)
        : base(system, null, "", 0, snapshot.Machine, snapshot.Status)
    {
        Machine = snapshot.Machine;
        _at = Machine.Root;
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
        _at = Machine.Root;
        _origin = snapshot;
        _nodes = snapshot.Nodes;
        _history = snapshot.History;
        _context = snapshot.Context;
    }

    internal StateMachine Machine { get; }

    internal object? Context => _context;

    /// <summary>The active states, in the order they were entered: until a microstep is through, those before it.</summary>
    internal StateNode[] Nodes => _nodes;

    /// <summary>The children, brought back to life when they are first asked for: most events never touch them.</summary>
    internal Actor[] Children => _children ??= _restored = Restore(_origin!.Children);

    /// <summary>The context for those who may keep what they take of it: the next change is made to another copy.</summary>
    internal object? ShareContext()
    {
        _ownsContext = false;
        return _context;
    }

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

    /// <exception cref="InvalidOperationException">It is null, which a stored snapshot cannot have.</exception>
    internal void ReplaceContext(object? context)
    {
        _context = context ?? throw new InvalidOperationException("The new context is null.");
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
        _doing = "context";
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

    private void FailInitially(Exception exception)
    {
        Status = ActorStatus.Error;
        Error = ActorError.From(exception) with { Source = Locate(exception) };
        Output = null;
    }

    protected override string Locate(Exception exception)
    {
        var (state, doing) = exception is GuardException { Transition: var guarded } ? (guarded.Source, "guard") : (_at, _doing);
        var where = doing is null ? state.Id : $"{state.Id} ({doing})";
        return Parent is null ? where : $"{base.Locate(exception)}: {where}";
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
            (_nodes, _context, _history, _children, Status, Output) = (nodes, context, history, children ?? _restored, status, output);
            _raised?.Clear();
            throw;
        }
        finally
        {
            // From here on others may hold on to it.
            _ownsContext = false;
        }
    }

    private void Take(Event @event)
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

    private void StopChildren()
    {
        foreach (var child in Children)
            StopActor(child);
    }

    private void StopActor(Actor child) => Execute(() =>
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

    private void Abandon()
    {
        foreach (var child in Children)
        {
            (child as MachineActor)?.Abandon();
            child.Stop();
        }
    }

    private void UnregisterWithDescendants(Actor actor)
    {
        if (actor is MachineActor machine)
        {
            foreach (var child in machine.Children)
                UnregisterWithDescendants(child);
        }
        System.Unregister(actor);
    }

    private Actor[] Restore(IReadOnlyList<ChildActor> children) =>
        children.Count == 0 ? [] : [.. children.Select(child => child.Logic is StateMachine
            ? (Actor)new MachineActor(System, this, child)
            : new RunningPromise(System, this, child))];

    private IReadOnlyList<ChildActor> ChildSnapshots()
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
}
