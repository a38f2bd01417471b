using Statecharts;

namespace Machines.Cli;

/// <summary>Time that passes only when it is told to. It keeps events as XState's scheduler does.</summary>
internal sealed class VirtualClock
{
    private readonly PriorityQueue<Timer, (TimeSpan Due, long Order)> _timers = new();
    private readonly Dictionary<(string Actor, string Id), Timer> _byName = [];
    private TimeSpan _now;
    private long _order;

    internal void Schedule(ScheduleEvent effect)
    {
        var timer = new Timer(effect);
        _byName[(effect.Actor.ToString(), effect.Id)] = timer;
        var delay = effect.Delay < TimeSpan.Zero ? TimeSpan.Zero : effect.Delay;
        var due = delay > TimeSpan.MaxValue - _now ? TimeSpan.MaxValue : _now + delay;
        _timers.Enqueue(timer, (due, _order++));
    }

    internal void Cancel(ActorPath actor, string id)
    {
        if (_byName.Remove((actor.ToString(), id), out var timer))
            timer.IsCancelled = true;
    }

    internal void CancelAll(ActorPath actor)
    {
        var name = actor.ToString();
        foreach (var key in _byName.Keys.Where(key => key.Actor == name).ToList())
            Cancel(actor, key.Id);
    }

    /// <summary>Lets time pass, and hands out each event when it is due; what is scheduled meanwhile may fall due too.</summary>
    internal void Advance(TimeSpan time, Action<ScheduleEvent> fire)
    {
        var end = _now + time;
        while (_timers.TryPeek(out var timer, out var key) && key.Due <= end)
        {
            _timers.Dequeue();
            if (timer.IsCancelled)
                continue;
            _now = key.Due;
            // The name is free again, even if a later event has taken it over.
            _byName.Remove((timer.Effect.Actor.ToString(), timer.Effect.Id));
            fire(timer.Effect);
        }
        _now = end;
    }

    private sealed class Timer(ScheduleEvent effect)
    {
        internal ScheduleEvent Effect { get; } = effect;

        internal bool IsCancelled { get; set; }
    }
}
