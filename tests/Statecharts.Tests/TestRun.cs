using System.Text.Json;
using Machines.Cli;

namespace Statecharts.Tests;

/// <summary>An instance on virtual time, of which tests see what it logs and emits.</summary>
internal sealed class TestRun
{
    private readonly StateMachine _machine;
    private readonly VirtualClock _clock = new();
    private readonly List<StartPromise> _promises = [];

    internal TestRun(StateMachine machine, object? input = null)
    {
        _machine = machine;
        Apply(machine.Start(input));
    }

    internal Snapshot Snapshot { get; private set; } = null!;

    /// <summary>All that was logged by all actors so far.</summary>
    internal List<string> Logged { get; } = [];

    internal List<Emit> Emitted { get; } = [];

    internal List<ExecuteAction> Executed { get; } = [];

    /// <summary>The promises under way.</summary>
    internal IReadOnlyList<StartPromise> Promises => _promises;

    /// <summary>The dotted paths of the active states that have no children.</summary>
    internal string States => string.Join(' ', Snapshot.ActiveStates.Where(state => state.Children.Count == 0).Select(state => state.Path));

    internal TestRun Send(params object[] messages)
    {
        foreach (var message in messages)
            Apply(_machine.Send(Snapshot, message));
        return this;
    }

    internal TestRun Advance(int milliseconds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds), due => Apply(_machine.Send(Snapshot, due.Event, due.Target)));
        return this;
    }

    internal TestRun Resolve(string id, object? output = null)
    {
        Apply(_machine.Resolve(Snapshot, Take(id), output));
        return this;
    }

    internal TestRun Reject(string id, string message)
    {
        Apply(_machine.Reject(Snapshot, Take(id), new ActorError("Error", message)));
        return this;
    }

    /// <summary>What was logged since the last time.</summary>
    internal string TakeLog()
    {
        var log = string.Join(' ', Logged);
        Logged.Clear();
        return log;
    }

    /// <summary>Goes on from what the snapshot's JSON says.</summary>
    internal TestRun Restore()
    {
        using var json = JsonDocument.Parse(Snapshot.ToString());
        Snapshot = _machine.ReadSnapshot(json.RootElement);
        return this;
    }

    private ActorPath Take(string id)
    {
        var promise = _promises.Find(start => start.Actor.Id == id) ?? throw new InvalidOperationException($"No promise '{id}' is under way.");
        _promises.Remove(promise);
        return promise.Actor;
    }

    private void Apply(Macrostep step)
    {
        Snapshot = step.Snapshot;
        foreach (var effect in step.Effects)
        {
            switch (effect)
            {
                case StartPromise start:
                    _promises.Add(start);
                    break;
                case StopPromise stop:
                    _promises.RemoveAll(start => start.Actor.Equals(stop.Actor));
                    break;
                case ScheduleEvent schedule:
                    _clock.Schedule(schedule);
                    break;
                case CancelScheduled cancel:
                    _clock.Cancel(cancel.Actor, cancel.Id);
                    break;
                case CancelAllScheduled cancelAll:
                    _clock.CancelAll(cancelAll.Actor);
                    break;
                case Log log:
                    Logged.Add(log.Message?.ToString() ?? "");
                    break;
                case Emit emit:
                    Emitted.Add(emit);
                    break;
                case ExecuteAction execute:
                    Executed.Add(execute);
                    break;
            }
        }
    }
}
