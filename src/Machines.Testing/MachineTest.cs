using System.Buffers;
using System.Text.Json;
using Machines.Runtime;
using Statecharts;

namespace Machines.Testing;

/// <summary>
/// An instance of a machine in memory, on a clock that only the test moves: no server, no waiting. What a step asks for is
/// carried out as Restate would: delays wait for <see cref="Advance"/>, and promises until the test resolves or rejects them.
/// </summary>
/// <remarks>
/// After each step the snapshot goes through its stored form, and so do events, inputs and outputs: what does not survive
/// that, does not survive here either. The code of promises does not run; for a test that runs it, there is
/// <see cref="RestateTestHost"/>.
/// </remarks>
/// <example>
/// <code>
/// var order = MachineTest.Start(OrderMachine.Definition);
/// order.Send(new Submit());
/// order.Resolve("reserve", new Reservation { Id = "r-1" });
/// order.Advance(TimeSpan.FromMinutes(5));
/// Assert.True(order.IsIn(OrderState.Confirmed));
/// </code>
/// </example>
public sealed class MachineTest
{
    private readonly DurableMachine _machine;
    private readonly StateMachine _definition;
    private readonly PendingWork _pending = new();
    private readonly Dictionary<string, PromiseAnswer> _answers = new(StringComparer.Ordinal);
    private readonly List<RunningPromise> _promises = [];
    private readonly List<VirtualTimer> _timers = [];
    private readonly List<HistoryEntry> _history = [];
    private readonly List<Effect> _effects = [];
    private readonly List<object?> _log = [];
    private readonly List<Event> _emitted = [];
    private int _tokens;

    private MachineTest(DurableMachine machine, Macrostep start)
    {
        _machine = machine;
        _definition = machine.Machine;
        Snapshot = start.Snapshot;
        Carry(start, Event.InitType);
        RunDueTimers(TimeSpan.Zero);
    }

    /// <summary>Where the instance is.</summary>
    public Snapshot Snapshot { get; private set; }

    /// <summary>1 after the start; grows by one with each macrostep that changed something or had effects.</summary>
    public ulong Revision { get; private set; }

    /// <summary>The last transitions, the oldest first: as many as the machine keeps.</summary>
    public IReadOnlyList<HistoryEntry> History => _history;

    /// <summary>How far the clock was advanced since the start.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Whether the time that the machine keeps an instance after its end is over.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>What the test's last call (or the start) asked of the outside, in order.</summary>
    public IReadOnlyList<Effect> Effects => _effects;

    /// <summary>What was logged since the start.</summary>
    public IReadOnlyList<object?> Log => _log;

    /// <summary>What was emitted since the start.</summary>
    public IReadOnlyList<Event> Emitted => _emitted;

    /// <summary>The promises that run, the oldest first.</summary>
    public IReadOnlyList<RunningPromise> Promises => _promises;

    /// <summary>Starts an instance on the machine's latest version.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="input">Its input, if it takes one.</param>
    public static MachineTest Start(DurableMachine machine, object? input = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var definition = machine.Machine;
        return new MachineTest(machine, definition.Start(Stored(definition.DataModel, input, definition.InputType)));
    }

    /// <inheritdoc cref="Start(DurableMachine, object?)"/>
    public static MachineTest Start(StateMachine machine, object? input = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return Start(new DurableMachine(machine.Id, machine), input);
    }

    /// <summary>The context, as a copy that is the test's own.</summary>
    public TContext Context<TContext>() => (TContext)_definition.DataModel.Clone(Snapshot.Context)!;

    /// <summary>Whether a state is active.</summary>
    public bool IsIn<TState>(TState state)
        where TState : struct, Enum
    {
        var name = _definition.DataModel.StateName(state);
        return Snapshot.ActiveStates.Any(active => active.Key == name);
    }

    /// <summary>Sends an event.</summary>
    /// <param name="message">The event's message, or an <see cref="Event"/>.</param>
    /// <exception cref="JsonFormatException">The machine knows no such event.</exception>
    /// <exception cref="InvalidOperationException">The instance was disposed.</exception>
    public void Send(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (IsDisposed)
            throw new InvalidOperationException("The instance was disposed: it takes no events any more.");

        Begin();
        var model = _definition.DataModel;
        var @event = model.ToEvent(message);
        Apply(_definition.Send(Snapshot, _definition.ReadEvent(Json(writer => model.WriteEvent(writer, @event)))), @event.Type);
        RunDueTimers(Elapsed);
    }

    /// <summary>Moves the clock on. What is delayed arrives on the way, each at its time, in order.</summary>
    /// <param name="duration">How far; zero or more.</param>
    public void Advance(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        Begin();
        RunDueTimers(Elapsed + duration);
    }

    /// <summary>Ends a promise with its output.</summary>
    /// <param name="promise">Its id, its path from the root (<c>server/process</c>), or its name.</param>
    /// <param name="output">What it ends with.</param>
    /// <exception cref="InvalidOperationException">No such promise runs.</exception>
    public void Resolve(string promise, object? output = null)
    {
        var running = Find(promise);
        Begin();
        Settle(running, () => output);
        RunDueTimers(Elapsed);
    }

    /// <summary>Ends a promise with an error.</summary>
    /// <param name="promise">Its id, its path from the root (<c>server/process</c>), or its name.</param>
    /// <param name="error">What its code would have thrown.</param>
    /// <exception cref="InvalidOperationException">No such promise runs.</exception>
    public void Reject(string promise, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var running = Find(promise);
        Begin();
        Settle(running, () => throw error);
        RunDueTimers(Elapsed);
    }

    /// <summary>Puts other code in the place of a promise's own, for the rest of the test.</summary>
    /// <typeparam name="TInput">What it is invoked with.</typeparam>
    /// <typeparam name="TOutput">What it ends with.</typeparam>
    /// <param name="promise">The promise's name.</param>
    /// <param name="answer">What it ends with; an exception rejects it.</param>
    /// <param name="after">How long it takes; not at all by default.</param>
    public void Answer<TInput, TOutput>(string promise, Func<TInput, TOutput> answer, TimeSpan after = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(promise);
        ArgumentNullException.ThrowIfNull(answer);
        Begin();
        _answers[promise] = new PromiseAnswer(input => answer((TInput)input!), after);
        foreach (var running in _promises.Where(running => running.Name == promise).ToArray())
            LetAnswer(running);
        RunDueTimers(Elapsed);
    }

    /// <summary>The snapshot as JSON, for messages.</summary>
    public override string ToString() => Snapshot.ToString();

    private void Begin() => _effects.Clear();

    private void RunDueTimers(TimeSpan until)
    {
        while (_timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due) is { } next)
        {
            _timers.Remove(next);
            Elapsed = next.Due;
            next.Fire();
        }

        Elapsed = until;
    }

    private void Apply(Macrostep step, string eventType)
    {
        if (!ReferenceEquals(step.Snapshot, Snapshot) || step.Effects.Count > 0)
            Carry(step, eventType);
    }

    private void Carry(Macrostep step, string eventType)
    {
        var wasDone = Revision > 0 && Snapshot.Status == ActorStatus.Done;
        Snapshot = _definition.ReadSnapshot(Json(writer => _definition.WriteSnapshot(writer, step.Snapshot)));
        Revision++;
        Remember(eventType);
        foreach (var effect in step.Effects)
            Execute(effect);
        if (!wasDone && Snapshot.Status == ActorStatus.Done && _machine.FinalStateTtl is { } ttl)
            After(ttl, () => IsDisposed = true);
    }

    private void Remember(string eventType)
    {
        _history.Add(new HistoryEntry(Revision, eventType, Elapsed, Snapshot.Value));
        if (_history.Count > _machine.History)
            _history.RemoveAt(0);
    }

    private void Execute(Effect effect)
    {
        _effects.Add(effect);
        switch (effect)
        {
            case StartPromise start when _definition.FindActor(Snapshot, start.Actor) is { } promise:
                var running = new RunningPromise(NewToken(), start.Actor, start.Promise.Name, Stored(promise.DataModel, start.Input, promise.Logic.InputType));
                _pending.AddPromise(running.Token, start.Actor.ToString());
                _promises.Add(running);
                LetAnswer(running);
                break;
            case StopPromise stop:
                _pending.CancelPromise(stop.Actor.ToString());
                _promises.RemoveAll(promise => promise.Path.Equals(stop.Actor));
                break;
            case ScheduleEvent schedule:
                Schedule(schedule);
                break;
            case CancelScheduled cancel:
                _pending.CancelTimer(cancel.Actor.ToString(), cancel.Id);
                break;
            case CancelAllScheduled cancel:
                _pending.CancelTimers(cancel.Actor.ToString());
                break;
            case Log log:
                _log.Add(log.Message);
                break;
            case Emit emit:
                _emitted.Add(emit.Event);
                break;
        }
    }

    private void Schedule(ScheduleEvent schedule)
    {
        var token = NewToken();
        _pending.AddTimer(token, schedule.Actor.ToString(), schedule.Id);
        var model = _definition.FindActor(Snapshot, schedule.Target)?.DataModel ?? _definition.DataModel;
        var json = Json(writer => model.WriteEvent(writer, schedule.Event));
        After(schedule.Delay, () =>
        {
            if (_pending.TakeTimer(token) && _definition.FindActor(Snapshot, schedule.Target)?.Machine is { } receiver)
                Apply(_definition.Send(Snapshot, receiver.ReadScheduledEvent(json), schedule.Target), schedule.Event.Type);
        });
    }

    private void LetAnswer(RunningPromise promise)
    {
        if (_answers.TryGetValue(promise.Name, out var answer))
            After(answer.Delay, () => Settle(promise, () => answer.Run(promise.Input)));
    }

    private void Settle(RunningPromise running, Func<object?> run)
    {
        if (_pending.TakePromise(running.Token) is not { } path || _definition.FindActor(Snapshot, path) is not { } promise)
            return;

        _promises.Remove(running);
        object? output;
        try
        {
            output = run();
        }
        catch (Exception e)
        {
            Apply(_definition.Reject(Snapshot, path, PromiseErrors.Of(e)), Event.ErrorActorPrefix + path.Id);
            return;
        }

        Apply(_definition.Resolve(Snapshot, path, Stored(promise.DataModel, output, promise.Logic.OutputType)), Event.DoneActorPrefix + path.Id);
    }

    private RunningPromise Find(string promise)
    {
        ArgumentException.ThrowIfNullOrEmpty(promise);
        return _promises.Find(running => running.Answers(promise)) ?? throw new InvalidOperationException(
            $"No promise '{promise}' runs. Running: {(_promises.Count == 0 ? "none" : string.Join(", ", _promises.Select(running => running.Path)))}.");
    }

    private void After(TimeSpan delay, Action fire) => _timers.Add(new VirtualTimer(Elapsed + delay, fire));

    private string NewToken() => $"{++_tokens}";

    private static object? Stored(DataModel model, object? value, Type? type) =>
        value is null ? null : model.Read(Json(writer => model.Write(writer, value)), type ?? value.GetType());

    private static JsonElement Json(Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            write(writer);
        return JsonElement.Parse(json.WrittenSpan);
    }

    private sealed record VirtualTimer(TimeSpan Due, Action Fire);

    private sealed record PromiseAnswer(Func<object?, object?> Run, TimeSpan Delay);
}
