namespace Statecharts;

/// <summary>What the actions of one state or transition share while they are resolved.</summary>
internal sealed class ActionScope
{
    private Invocation[] _coming = [];
    private List<PendingSend>? _pending;

    /// <summary>The event that is being answered.</summary>
    internal Event Event { get; private set; } = null!;

    /// <summary>Begins the next state or transition.</summary>
    /// <param name="event">The event that is being answered.</param>
    /// <param name="coming">The children that the state will have once its actions are through, which it may already send to.</param>
    internal void Begin(Event @event, Invocation[] coming)
    {
        Event = @event;
        _coming = coming;
        _pending?.Clear();
    }

    internal bool IsComing(string childId)
    {
        foreach (var invocation in _coming)
        {
            if (invocation.Id == childId)
                return true;
        }
        return false;
    }

    internal void ResolveLater(PendingSend send) => (_pending ??= []).Add(send);

    /// <summary>Looks up the targets of sends to children that did not exist when the send was resolved.</summary>
    internal void ResolvePending(MachineActor actor)
    {
        if (_pending is null)
            return;
        foreach (var send in _pending)
            send.Target = actor.FindChild(send.ChildId);
    }

    internal sealed class PendingSend(string childId)
    {
        internal string ChildId { get; } = childId;

        internal Actor? Target { get; set; }
    }
}
