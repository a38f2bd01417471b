namespace Statecharts;

/// <summary>All actors of an instance while a macrostep is under way.</summary>
internal sealed class ActorSystem
{
    private List<Effect>? _effects;
    private Dictionary<string, Actor>? _systemIds;
    private int _sessions;
    private int _events;

    /// <summary>Makes a new instance; start its root.</summary>
    internal ActorSystem(StateMachine machine, object? input)
    {
        Root = new MachineActor(this, null, "", 0, machine);
        Root.Initialize(input);
    }

    /// <summary>Brings an instance back to life.</summary>
    internal ActorSystem(Snapshot snapshot)
    {
        _sessions = snapshot.Sessions;
        Root = new MachineActor(this, snapshot);
    }

    internal MachineActor Root { get; }

    internal int Sessions => _sessions;

    internal Macrostep ToMacrostep() =>
        new((Snapshot)Root.ToSnapshot(), _effects is null ? [] : _effects);

    /// <summary>Ends what actors would send each other forever.</summary>
    internal void CountEvent()
    {
        if (++_events > Root.Machine.MaxMicrosteps)
            throw new InvalidOperationException(
                $"Infinite loop detected: the actors of machine '{Root.Machine.Id}' sent each other more than "
                + $"{Root.Machine.MaxMicrosteps} events for one event.");
    }

    internal int NextSession() => ++_sessions;

    internal void AddEffect(Effect effect) => (_effects ??= []).Add(effect);

    internal void Schedule(Actor source, string? id, Actor target, Event @event, TimeSpan delay)
    {
        // A send without a name cannot be cancelled, but the host still needs one that nothing else has.
        id ??= $"xstate.send.{NextSession()}";
        AddEffect(new ScheduleEvent(source.Path, id, target.Path, @event, delay));
    }

    internal Actor? FindBySystemId(string systemId) => SystemIds.GetValueOrDefault(systemId);

    internal void Register(string systemId, Actor actor)
    {
        if (!SystemIds.TryAdd(systemId, actor))
            throw new InvalidOperationException($"Actor with system ID '{systemId}' already exists.");
    }

    internal void Unregister(Actor actor)
    {
        if (actor.SystemId is { } systemId && SystemIds.GetValueOrDefault(systemId) == actor)
            SystemIds.Remove(systemId);
    }

    /// <summary>The actor at a path; null when there is none, or when it is not the one that the path means.</summary>
    internal Actor? Find(ActorPath path)
    {
        if (path.Parent is null)
            return Root;
        if (Find(path.Parent) is not MachineActor parent || parent.FindChild(path.Id) is not { } child)
            return null;
        return path.Session is null || path.Session == child.Session ? child : null;
    }

    private Dictionary<string, Actor> SystemIds
    {
        get
        {
            if (_systemIds is null)
            {
                _systemIds = new Dictionary<string, Actor>(StringComparer.Ordinal);
                CollectSystemIds(Root);
            }
            return _systemIds;
        }
    }

    private void CollectSystemIds(Actor actor)
    {
        if (actor.SystemId is { } systemId && actor.Phase == ActorPhase.Running)
            _systemIds![systemId] = actor;
        if (actor is MachineActor machine)
        {
            foreach (var child in machine.Children)
                CollectSystemIds(child);
        }
    }
}
