using System.Text.Json;
using System.Text.Json.Nodes;
using Restate.Sdk;
using Statecharts;

namespace EndToEnd.RandomRuns;

/// <summary>Runs a case in memory, on a clock that only its steps move, and notes what happened.</summary>
internal sealed class PureRun
{
    // A machine that schedules in a circle, with no delay, never comes to an end.
    private const int MostHappenings = 100;

    private readonly StateMachine _machine;
    private readonly List<Happening> _happenings = [];
    private readonly List<Timer> _timers = [];
    private readonly List<ActorPath> _promises = [];
    private Snapshot _snapshot;
    private ulong _revision;
    private TimeSpan _now;

    private PureRun(StateMachine machine)
    {
        _machine = machine;
        var start = machine.Start();
        _snapshot = start.Snapshot;
        Carry(start);
        _happenings.Add(new Happening.Created(Expectation()));
    }

    public static IReadOnlyList<Happening> Of(StateMachine machine, JsonElement steps)
    {
        var run = new PureRun(machine);
        foreach (var step in steps.EnumerateArray().TakeWhile(_ => run._happenings.Count < MostHappenings))
            run.Take(step);
        return run._happenings;
    }

    private void Take(JsonElement step)
    {
        if (step.TryGetProperty("advance", out var time))
            Advance(TimeSpan.FromMilliseconds(time.GetDouble()));
        else if (step.TryGetProperty("resolve", out var resolved))
            Settle(resolved.GetString()!, step.TryGetProperty("output", out var output) ? output : default, error: null);
        else if (step.TryGetProperty("reject", out var rejected))
            Settle(rejected.GetString()!, default, step.GetProperty("error").GetString());
        else
            Send(step);
    }

    private void Send(JsonElement @event)
    {
        Apply(_machine.Send(_snapshot, _machine.ReadEvent(@event)));
        _happenings.Add(new Happening.Sent(@event.GetRawText(), Expectation()));
    }

    private void Advance(TimeSpan time)
    {
        var end = _now + time;
        while (_timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due) is { } due && _happenings.Count < MostHappenings)
        {
            var index = _timers.IndexOf(due);
            _timers.RemoveAt(index);
            _now = due.Due;
            Apply(_machine.Send(_snapshot, due.Effect.Event, due.Effect.Target));
            _happenings.Add(new Happening.Elapsed(index, Expectation()));
        }

        _now = end;
    }

    private void Settle(string id, JsonElement output, string? error)
    {
        if (_promises.Find(path => path.Id == id) is not { } promise)
            return;

        _promises.Remove(promise);
        var value = (JsonNode?)_machine.DataModel.Read(output, null);
        Apply(error is null
            ? _machine.Resolve(_snapshot, promise, value?.DeepClone())
            : _machine.Reject(_snapshot, promise, new ActorError(nameof(TerminalException), error) { Code = 500 }));
        _happenings.Add(new Happening.Settled(promise.ToString(), value, error, Expectation()));
    }

    private void Apply(Macrostep step)
    {
        if (!ReferenceEquals(step.Snapshot, _snapshot) || step.Effects.Count > 0)
            Carry(step);
    }

    private void Carry(Macrostep step)
    {
        _snapshot = step.Snapshot;
        _revision++;
        foreach (var effect in step.Effects)
            CarryOut(effect);
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            // One whose machine failed in the same macrostep is not there any more.
            case StartPromise start when _machine.FindActor(_snapshot, start.Actor) is not null:
                _promises.Add(start.Actor);
                break;
            case StopPromise stop:
                _promises.Remove(stop.Actor);
                break;
            case ScheduleEvent schedule:
                if (_timers.Find(timer => timer.IsNamed(schedule.Actor, schedule.Id)) is { } earlier)
                    earlier.HasName = false;
                _timers.Add(new Timer(schedule, _now + schedule.Delay));
                break;
            case CancelScheduled cancel:
                _timers.RemoveAll(timer => timer.IsNamed(cancel.Actor, cancel.Id));
                break;
            case CancelAllScheduled cancel:
                _timers.RemoveAll(timer => timer.HasName && timer.Effect.Actor.Equals(cancel.Actor));
                break;
        }
    }

    private Expectation Expectation()
    {
        var snapshot = JsonNode.Parse(_snapshot.ToString())!.AsObject();
        snapshot["tags"] = new JsonArray([.. _snapshot.Tags.Select(tag => JsonValue.Create(tag))]);
        snapshot["revision"] = _revision;
        return new Expectation(
            snapshot,
            [.. _timers.Select(timer => timer.HasName ? (timer.Effect.Actor.ToString(), timer.Effect.Id) : ((string?)null, (string?)null))],
            [.. _promises.Select(promise => promise.ToString())]);
    }

    private sealed class Timer(ScheduleEvent effect, TimeSpan due)
    {
        public ScheduleEvent Effect { get; } = effect;

        public TimeSpan Due { get; } = due;

        /// <summary>False once a later event took the name over: this one still arrives, but nobody can cancel it.</summary>
        public bool HasName { get; set; } = true;

        public bool IsNamed(ActorPath actor, string id) => HasName && Effect.Id == id && Effect.Actor.Equals(actor);
    }
}
