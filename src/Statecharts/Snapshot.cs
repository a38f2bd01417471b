namespace Statecharts;

/// <summary>A machine at rest, with its children. Immutable: what comes next is another snapshot.</summary>
public sealed class Snapshot : ActorSnapshot
{
    private StateValue? _value;
    private IReadOnlyList<string>? _tags;

    internal Snapshot(
        StateMachine machine,
        ActorStatus status,
        StateNode[] nodes,
        object? context,
        HistoryValue history,
        IReadOnlyList<ChildActor> children,
        object? output,
        ActorError? error,
        int sessions)
        : base(status, output, error)
    {
        Machine = machine;
        Nodes = nodes;
        Context = context;
        History = history;
        Children = children;
        Sessions = sessions;
    }

    /// <summary>The machine that this is a snapshot of.</summary>
    public StateMachine Machine { get; }

    /// <summary>The machine's data. Not to be changed: the snapshot shares it with others.</summary>
    public object? Context { get; }

    /// <summary>The children, in the order they were made; those that ended stay until their state is left, spawned ones until they are stopped.</summary>
    public IReadOnlyList<ChildActor> Children { get; }

    /// <summary>XState's state value.</summary>
    public StateValue Value => _value ??= Configuration.ToValue(Machine.Root, NeverEntered ? Machine.InitialTransition.TargetNodes! : Nodes);

    /// <summary>The tags of the active states, each once, sorted by code unit.</summary>
    public IReadOnlyList<string> Tags => _tags ??= Configuration.Tags(Nodes);

    /// <summary>The active states, ancestors included, in document order; the root is left out.</summary>
    public IEnumerable<StateNode> ActiveStates => Nodes.Where(node => node.Parent is not null).OrderBy(node => node.Index);

    /// <summary>The dotted paths of <see cref="ActiveStates"/>.</summary>
    public IEnumerable<string> ActivePaths => ActiveStates.Select(node => node.Path);

    /// <summary>The event descriptors that the active states answer to, each once, those of outer states first.</summary>
    public IEnumerable<string> AcceptedEvents => ActiveStates.Prepend(Machine.Root)
        .SelectMany(node => node.Transitions)
        .Where(transition => !transition.IsForbidden && !transition.EventType.StartsWith(Event.InternalPrefix, StringComparison.Ordinal))
        .Select(transition => transition.EventType)
        .Distinct();

    /// <summary>The active states in the order they were entered, which settles ties between regions.</summary>
    internal StateNode[] Nodes { get; }

    /// <summary>Whether the start failed. The state value is then that of the states it would have entered, as in XState.</summary>
    internal bool NeverEntered => Nodes.Length == 1 && Machine.Root.RealChildren.Length > 0;

    internal HistoryValue History { get; }

    /// <summary>How many sessions the instance has had; of the root only.</summary>
    internal int Sessions { get; }

    /// <summary>The machine's data, as what it is.</summary>
    public TContext ContextAs<TContext>() => (TContext)Context!;

    /// <summary>The child with an id; null when there is none.</summary>
    public ChildActor? Child(string id) => Children.FirstOrDefault(child => child.Id == id);

    /// <summary>Whether a state is active.</summary>
    /// <param name="state">A dotted path such as <c>processing.payment</c>, or <c>#</c> and a state's id.</param>
    public bool Matches(string state) => Machine.FindState(state) is { } node && Array.IndexOf(Nodes, node) >= 0;

    /// <summary>Whether an active state has the tag.</summary>
    public bool HasTag(string tag) => Tags.Contains(tag);

    /// <summary>Whether the machine would do anything with an event: whether it selects a transition that is not forbidden.</summary>
    public bool Can(Event @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return Array.Exists(new TransitionSelection(Machine, Nodes, Context, @event).Select(), transition => !transition.IsForbidden);
    }

    /// <summary>
    /// Whether the machine is active and says what becomes of an event: whether it selects a transition, be it one that ignores the event
    /// (XState's forbidden transition), of which <see cref="Can(Event)"/> knows nothing.
    /// </summary>
    public bool Handles(Event @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return Status == ActorStatus.Active && new TransitionSelection(Machine, Nodes, Context, @event).Select().Length > 0;
    }

    /// <summary>Whether the machine would do anything with the event that a message stands for.</summary>
    public bool Can(object message) => Can(Machine.DataModel.ToEvent(message));

    /// <summary>The snapshot as JSON.</summary>
    public override string ToString() => JsonText.Write(writer => Machine.WriteSnapshot(writer, this));
}
