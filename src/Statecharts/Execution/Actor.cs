namespace Statecharts;

/// <summary>
/// An actor while a macrostep is under way. The order of things (mailboxes, effects deferred to the end of a transition,
/// children that start late) is XState's, because machines can tell.
/// </summary>
internal abstract class Actor
{
    private readonly ChildActor? _origin;
    private ActorPath? _path;
    private Queue<Event>? _mailbox;
    private Queue<Action>? _deferred;
    private bool _isProcessing;

    /// <summary>Makes a new actor, or brings one of a snapshot back to life.</summary>
    protected Actor(ActorSystem system, MachineActor? parent, string id, int session, ActorLogic logic, ActorStatus? restored)
    {
        System = system;
        Parent = parent;
        Id = id;
        Session = session;
        Logic = logic;
        Phase = restored switch
        {
            null => ActorPhase.NotStarted,
            ActorStatus.Active => ActorPhase.Running,
            _ => ActorPhase.Stopped,
        };
        Status = restored ?? ActorStatus.Active;
    }

    protected Actor(ActorSystem system, MachineActor parent, ChildActor origin)
        : this(system, parent, origin.Id, origin.Session, origin.Logic, origin.Snapshot.Status)
    {
        _origin = origin;
        Source = origin.Source;
        SystemId = origin.SystemId;
        SyncSnapshot = origin.SyncSnapshot;
        Output = origin.Snapshot.Output;
        Error = origin.Snapshot.Error;
    }

    internal ActorSystem System { get; }

    internal MachineActor? Parent { get; }

    internal string Id { get; }

    internal int Session { get; }

    internal ActorLogic Logic { get; }

    /// <summary>The name that the parent has for what it runs.</summary>
    internal string Source { get; init; } = "";

    internal string? SystemId { get; init; }

    internal bool SyncSnapshot { get; init; }

    internal ActorPhase Phase { get; private set; }

    internal ActorStatus Status { get; private protected set; }

    internal object? Output { get; private protected set; }

    internal ActorError? Error { get; private protected set; }

    internal ActorPath Path => _path ??= Parent is null ? ActorPath.Root : Parent.Path.Child(Id, Session);

    /// <summary>Takes an event; only what happens within the transition, not its deferred effects.</summary>
    protected abstract void Transition(Event @event);

    /// <summary>What happens outside once the actor runs.</summary>
    protected virtual void OnStart()
    {
    }

    /// <summary>What happens outside once it runs no more.</summary>
    protected abstract void OnEnd();

    /// <summary>Where a failure happened, for people.</summary>
    protected virtual string Locate(Exception exception) => string.Join('/', Path.Ids);

    internal abstract ActorSnapshot ToSnapshot();

    /// <summary>The actor as its parent's snapshot holds it: the same object as before when nothing changed.</summary>
    internal ChildActor ToChild()
    {
        var snapshot = ToSnapshot();
        return _origin is not null && ReferenceEquals(_origin.Snapshot, snapshot)
            ? _origin
            : new ChildActor(Id, Session, Source, Logic, snapshot, SystemId, SyncSnapshot);
    }

    /// <summary>Runs an effect now, or once the actor starts.</summary>
    internal void Execute(Action effect)
    {
        if (Phase == ActorPhase.Running)
            effect();
        else
            Defer(effect);
    }

    /// <summary>Runs an effect once the transition under way is through.</summary>
    internal void Defer(Action effect) => (_deferred ??= new Queue<Action>()).Enqueue(effect);

    internal void Send(Event @event)
    {
        if (Phase == ActorPhase.Stopped)
            return;
        if (Phase == ActorPhase.Running && !_isProcessing)
        {
            _isProcessing = true;
            Process(@event);
            Drain();
            return;
        }
        (_mailbox ??= new Queue<Event>()).Enqueue(@event);
    }

    internal void StartUnlessStopped()
    {
        if (Phase == ActorPhase.NotStarted)
            Start();
    }

    internal void Start()
    {
        Phase = ActorPhase.Running;
        _isProcessing = true;
        switch (Status)
        {
            case ActorStatus.Active:
                OnStart();
                Settle();
                break;
            case ActorStatus.Done:
                Settle();
                break;
            default:
                Fail();
                break;
        }
        Drain();
    }

    /// <summary>Asks the actor to end after the events it already has; at once when it has not started.</summary>
    internal void Stop()
    {
        if (Phase == ActorPhase.Stopped)
            return;
        if (Phase == ActorPhase.NotStarted)
        {
            Phase = ActorPhase.Stopped;
            return;
        }
        _mailbox?.Clear();
        Send(Event.Stop);
    }

    private void Drain()
    {
        while (Phase == ActorPhase.Running && _mailbox is not null && _mailbox.TryDequeue(out var next))
            Process(next);
        _isProcessing = false;
    }

    private void Process(Event @event)
    {
        try
        {
            System.CountEvent();
            Transition(@event);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Status = ActorStatus.Error;
            Error = ActorError.From(exception) with { Source = Locate(exception) };
            Fail();
            return;
        }
        Settle();
        if (ReferenceEquals(@event, Event.Stop))
            End();
    }

    /// <summary>Runs the deferred effects, and tells the parent.</summary>
    private void Settle()
    {
        while (_deferred is not null && _deferred.TryDequeue(out var effect))
            effect();
        switch (Status)
        {
            case ActorStatus.Active:
                if (SyncSnapshot)
                    Parent!.Send(new Event(Event.SnapshotPrefix + Id, ToSnapshot()));
                break;
            case ActorStatus.Done:
                End();
                Parent?.Send(new Event(Event.DoneActorPrefix + Id, Output));
                break;
            case ActorStatus.Error:
                Fail();
                break;
        }
    }

    private void Fail()
    {
        End();
        Parent?.Send(new Event(Event.ErrorActorPrefix + Id, Error));
    }

    private void End()
    {
        if (Phase != ActorPhase.Running)
            return;
        OnEnd();
        _mailbox?.Clear();
        Phase = ActorPhase.Stopped;
        System.Unregister(this);
    }
}
