using System.Buffers;
using System.Text.Json;
using Machines.Runtime;
using Restate.Sdk;
using Restate.Sdk.Protocol;
using Statecharts;

namespace Machines.Testing;

/// <summary>
/// An instance of a machine in memory, on a clock that only the test moves: no server, no waiting. What a step asks for is
/// carried out as Restate would: delays wait for <see cref="Advance"/>, and promises until the test resolves or rejects them.
/// </summary>
/// <remarks>
/// After each step the snapshot goes through its stored form, and so do events, inputs and outputs: what does not survive
/// that, does not survive here either. Durable actions are not performed: <see cref="Effects"/> has them. The code of promises
/// runs only in a test that was started so; its runs happen at once, its sleeps last as long as the test's clock says, and the
/// test answers its calls and awakeables.
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
    /// <summary>The key of the instance, as the code of promises sees it.</summary>
    internal const string Key = "test";

    /// <summary>What no machine comes to that ever waits.</summary>
    private const int MaxAtOnce = 10_000;

    private readonly DurableMachine _machine;
    private readonly StateMachine _definition;
    private readonly PendingWork _pending = new();
    private readonly Dictionary<string, PromiseAnswer> _answers = new(StringComparer.Ordinal);
    private readonly List<RunningPromise> _promises = [];
    private readonly Dictionary<string, PromiseRun> _runs = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, Action<Notification>> _awakeables = new(StringComparer.Ordinal);
    private readonly PromiseCalls _calls;
    private readonly bool _runsPromises;
    private readonly bool _knowsActions;
    private readonly List<VirtualTimer> _timers = [];
    private readonly List<HistoryEntry> _history = [];
    private readonly List<Effect> _effects = [];
    private readonly List<object?> _log = [];
    private readonly List<Event> _emitted = [];
    private int _tokens;

    private MachineTest(DurableMachine machine, Macrostep start, bool runPromises, bool knowsActions)
    {
        _knowsActions = knowsActions;
        _calls = new PromiseCalls(After);
        _runsPromises = runPromises;
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

    /// <summary>The ids of the awakeables that the code of promises has made and nobody has completed, the oldest first.</summary>
    public IReadOnlyList<string> Awakeables => [.. _awakeables.Keys];

    /// <summary>What the code of promises has called since the start, one-way calls included.</summary>
    public IReadOnlyList<PromiseCall> Calls => _calls.Made;

    /// <summary>What the clock of promises shows at the start.</summary>
    internal static DateTimeOffset Epoch { get; } = DateTimeOffset.UnixEpoch;

    /// <summary>Starts an instance on the machine's latest version.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="input">Its input, if it takes one.</param>
    /// <param name="runPromises">
    /// Whether the code of promises runs, unless <see cref="Answer"/> puts other code in its place. By default they wait for the test to
    /// resolve or reject them.
    /// </param>
    /// <exception cref="ArgumentException">The machine takes no input, or takes one and this is none, or one of another type.</exception>
    /// <exception cref="TerminalException">500: it performs an action by a name that is none of its <see cref="DurableMachine.Actions"/>; later steps throw so too.</exception>
    public static MachineTest Start(DurableMachine machine, object? input = null, bool runPromises = false)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return Start(machine, input, runPromises, knowsActions: true);
    }

    /// <summary>Starts an instance of a definition. An action that it performs by name may be any: <see cref="Effects"/> has it.</summary>
    /// <param name="machine">The definition.</param>
    /// <param name="input">Its input, if it takes one.</param>
    /// <param name="runPromises">
    /// Whether the code of promises runs, unless <see cref="Answer"/> puts other code in its place. By default they wait for the test to
    /// resolve or reject them.
    /// </param>
    /// <exception cref="ArgumentException">The machine takes no input, or takes one and this is none, or one of another type.</exception>
    public static MachineTest Start(StateMachine machine, object? input = null, bool runPromises = false)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return Start(new DurableMachine(machine.Id, machine), input, runPromises, knowsActions: false);
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
    /// <exception cref="TerminalException">400: the machine rejects what it does not handle.</exception>
    /// <exception cref="InvalidOperationException">The instance was disposed.</exception>
    public void Send(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (IsDisposed)
            throw new InvalidOperationException("The instance was disposed: it takes no events any more.");

        Begin();
        var model = _definition.DataModel;
        var sent = model.ToEvent(message);
        var @event = _definition.ReadEvent(Json(writer => model.WriteEvent(writer, sent)));
        HandledEvents.Require(_machine, Snapshot, @event);
        Apply(_definition.Send(Snapshot, @event), @event.Type);
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

    /// <summary>Answers the calls that the code of promises makes to a handler, those that wait already included.</summary>
    /// <typeparam name="TInput">The request's type, read as JSON.</typeparam>
    /// <typeparam name="TOutput">The answer's type, written as JSON.</typeparam>
    /// <param name="service">The service's, virtual object's or machine's name.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="answer">What it answers; a <see cref="TerminalException"/> is a failure.</param>
    /// <param name="after">How long it takes; not at all by default.</param>
    public void AnswerCall<TInput, TOutput>(string service, string handler, Func<TInput, TOutput> answer, TimeSpan after = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        ArgumentException.ThrowIfNullOrEmpty(handler);
        ArgumentNullException.ThrowIfNull(answer);
        Begin();
        _calls.AnswerWith(
            service, handler, input => Serde.Default<TOutput>().Serialize(answer(Serde.Default<TInput>().Deserialize(input))), after);
        RunDueTimers(Elapsed);
    }

    /// <summary>Keeps the promise of an awakeable that the code of a promise made.</summary>
    /// <typeparam name="T">The value's type, written as JSON.</typeparam>
    /// <param name="id">One of <see cref="Awakeables"/>.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">Nobody waits for it.</exception>
    public void ResolveAwakeable<T>(string id, T value) => Complete(id, new Notification { Value = Serde.Default<T>().Serialize(value) });

    /// <summary>Breaks the promise of an awakeable that the code of a promise made.</summary>
    /// <param name="id">One of <see cref="Awakeables"/>.</param>
    /// <param name="failure">What the code gets.</param>
    /// <exception cref="InvalidOperationException">Nobody waits for it.</exception>
    public void RejectAwakeable(string id, TerminalException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Complete(id, new Notification { Failure = Failure.Of(failure) });
    }

    /// <summary>The snapshot as JSON, for messages.</summary>
    public override string ToString() => Snapshot.ToString();

    /// <summary>As on Restate, a negative delay is over at once, and none is too long.</summary>
    internal void After(TimeSpan delay, Action fire)
    {
        var due = delay < TimeSpan.Zero ? Elapsed : delay < TimeSpan.MaxValue - Elapsed ? Elapsed + delay : TimeSpan.MaxValue;
        _timers.Add(new VirtualTimer(due, fire));
    }

    internal void AddAwakeable(string id, Action<Notification> complete) => _awakeables.Add(id, complete);

    /// <returns>False when there is no such awakeable, or it was completed before.</returns>
    internal bool CompleteAwakeable(string id, Notification result)
    {
        if (!_awakeables.Remove(id, out var complete))
            return false;

        complete(result);
        return true;
    }

    internal void Call(PromiseCall call, Action<Notification> complete) => _calls.Add(call, complete);

    /// <summary>What the code of a promise reads of the instance's state.</summary>
    internal ReadOnlyMemory<byte>? GetState(string name) => name switch
    {
        StateKeys.Snapshot => new StoredSnapshot(_definition, Snapshot, Revision).Answer,
        StateKeys.Version => JsonSerializer.SerializeToUtf8Bytes(_definition.Id),
        _ => null,
    };

    internal void Settle(RunningPromise running, Func<object?> run)
    {
        if (_pending.TakePromise(running.Token) is not { } path || _definition.FindActor(Snapshot, path) is not { } promise)
            return;

        _promises.Remove(running);
        _runs.Remove(running.Token);
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

    private static MachineTest Start(DurableMachine machine, object? input, bool runPromises, bool knowsActions)
    {
        var definition = machine.Machine;
        if (InputProblem(machine, input) is { } problem)
            throw new ArgumentException(problem, nameof(input));

        return new MachineTest(machine, definition.Start(Stored(definition.DataModel, input, definition.InputType)), runPromises, knowsActions);
    }

    private void Begin() => _effects.Clear();

    private void RunDueTimers(TimeSpan until)
    {
        var atOnce = 0;
        while (_timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due) is { } next)
        {
            _timers.Remove(next);
            atOnce = next.Due == Elapsed ? atOnce + 1 : 0;
            if (atOnce > MaxAtOnce)
            {
                throw new InvalidOperationException(
                    $"Machine '{_definition.Id}' goes on for ever at {Elapsed}, in state {Snapshot.Value}: more than {MaxAtOnce} delays and promises were over at that moment. "
                    + "Give the delay that comes again, or the Answer to the promise, some time.");
            }

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
        if (_knowsActions)
            RequireActions(step.Effects);
        var wasDone = Revision > 0 && Snapshot.Status == ActorStatus.Done;
        Snapshot = _definition.ReadSnapshot(Json(writer => _definition.WriteSnapshot(writer, step.Snapshot)));
        Revision++;
        Remember(eventType);
        foreach (var effect in step.Effects)
            Execute(effect);
        if (!wasDone && Snapshot.Status == ActorStatus.Done && _machine.FinalStateTtl is { } ttl)
            After(ttl, () => IsDisposed = true);
    }

    private void RequireActions(IEnumerable<Effect> effects)
    {
        foreach (var execute in effects.OfType<ExecuteAction>())
        {
            if (execute.Parameters is not (MachineSend or DurableActionCall) && _machine.FindAction(execute.Name) is null)
                throw Errors.UnknownAction(execute.Name);
        }
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
                if (!LetAnswer(running) && _runsPromises)
                    LetRun(running, start.Promise, promise.DataModel);
                break;
            case StopPromise stop:
                _promises.RemoveAll(promise => promise.Path.Equals(stop.Actor));
                if (_pending.CancelPromise(stop.Actor.ToString()) is { } token && _runs.Remove(token, out var run))
                    After(TimeSpan.Zero, run.Cancel);
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

    private bool LetAnswer(RunningPromise promise)
    {
        if (!_answers.TryGetValue(promise.Name, out var answer))
            return false;

        After(answer.Delay, () => Settle(promise, () => answer.Run(promise.Input)));
        return true;
    }

    private void LetRun(RunningPromise promise, PromiseActor actor, DataModel model)
    {
        if (actor is not IDurablePromise code)
            throw new InvalidOperationException($"Promise '{promise.Name}' has no code to run; declare it as a DurablePromise, or give it an Answer.");

        var run = new PromiseRun(this, _machine, promise, code, model);
        _runs.Add(promise.Token, run);
        After(TimeSpan.Zero, run.Begin);
    }

    private void Complete(string awakeable, Notification result)
    {
        ArgumentException.ThrowIfNullOrEmpty(awakeable);
        Begin();
        if (!CompleteAwakeable(awakeable, result))
        {
            throw new InvalidOperationException(
                $"No awakeable '{awakeable}' is open. Open: {(_awakeables.Count == 0 ? "none" : string.Join(", ", _awakeables.Keys))}.");
        }

        RunDueTimers(Elapsed);
    }

    private RunningPromise Find(string promise)
    {
        ArgumentException.ThrowIfNullOrEmpty(promise);
        return _promises.Find(running => running.Answers(promise)) ?? throw new InvalidOperationException(
            $"No promise '{promise}' runs. Running: {(_promises.Count == 0 ? "none" : string.Join(", ", _promises.Select(running => running.Path)))}.");
    }

    private string NewToken() => $"{++_tokens}";

    /// <summary>What <c>create</c> would say of the input; null when nothing.</summary>
    private static string? InputProblem(DurableMachine machine, object? input)
    {
        var definition = machine.Machine;
        if (input is null)
            return definition.InputType is { } needed ? $"Machine '{definition.Id}' takes an input: give it one of type {needed.Name}." : null;
        if (machine.TakesNoInput)
            return $"Machine '{definition.Id}' takes no input.";
        return definition.InputType is { } type && !type.IsInstanceOfType(input)
            ? $"Machine '{definition.Id}' takes an input of type {type.Name}, not {input.GetType().Name}."
            : null;
    }

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
