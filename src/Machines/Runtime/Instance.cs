using System.Text.Json;
using Restate.Sdk;
using Statecharts;

namespace Machines.Runtime;

/// <summary>
/// One instance in the hands of an exclusive handler: loaded from one state key, taken through macrosteps, and saved to it. What
/// the steps ask of the outside goes to Restate when it is saved. Nothing here waits but for the machine's own durable actions.
/// </summary>
internal sealed class Instance
{
    private readonly ObjectContext _context;
    private readonly DurableMachine _machine;
    private readonly StateMachine _definition;
    private readonly TransitionHistory _history;
    private readonly PendingWork _pending;
    private readonly string? _owner;
    private readonly List<PastTransition> _transitions = [];
    private readonly List<Effect> _effects = [];
    private readonly bool _isNew;
    private readonly bool _wasDone;
    private Snapshot _snapshot;
    private ulong _revision;
    private bool _changed;

    private Instance(
        ObjectContext context,
        DurableMachine machine,
        StateMachine definition,
        Snapshot snapshot,
        ulong revision,
        TransitionHistory history,
        PendingWork pending,
        string? owner)
    {
        _isNew = revision == 0;
        _wasDone = !_isNew && snapshot.Status == ActorStatus.Done;
        _context = context;
        _machine = machine;
        _definition = definition;
        _snapshot = snapshot;
        _revision = revision;
        _history = history;
        _pending = pending;
        _owner = owner;
    }

    public StateMachine Definition => _definition;

    /// <summary>Starts a new instance, on the latest version.</summary>
    /// <param name="context">Where it runs.</param>
    /// <param name="machine">What it runs.</param>
    /// <param name="input">The machine's input.</param>
    /// <param name="owner">The run of a promise whose child it is; null when it is nobody's.</param>
    public static Instance Create(ObjectContext context, DurableMachine machine, object? input, string? owner)
    {
        var start = machine.Machine.Start(input);
        var instance = new Instance(
            context, machine, machine.Machine, start.Snapshot, revision: 0, new TransitionHistory(machine.History), new PendingWork(), owner);
        instance.Carry(start, Event.InitType);
        return instance;
    }

    /// <summary>Loads the instance from its stored snapshot.</summary>
    /// <exception cref="TerminalException">500: its version is gone, or does not fit it any more.</exception>
    public static Instance Load(ObjectContext context, DurableMachine machine, JsonElement stored)
    {
        var version = StoredSnapshot.VersionOf(stored);
        var definition = machine.FindVersion(version) ?? throw Errors.UnknownVersion(version);
        try
        {
            return new Instance(
                context,
                machine,
                definition,
                definition.ReadSnapshot(stored),
                stored.GetProperty(StoredSnapshot.Revision).GetUInt64(),
                StoredSnapshot.HistoryOf(stored, machine.History),
                StoredSnapshot.PendingOf(stored),
                StoredSnapshot.OwnerOf(stored));
        }
        catch (JsonFormatException e)
        {
            throw Errors.UnreadableSnapshot(version, e.Message);
        }
    }

    public void Process(Event @event, ActorPath? target = null) => Apply(_definition.Send(_snapshot, @event, target), @event.Type);

    /// <summary>Processes an event whose delay is over; one that was cancelled meanwhile is ignored.</summary>
    /// <param name="token">Which event.</param>
    /// <param name="target">Who gets it.</param>
    /// <param name="json">The event.</param>
    /// <param name="isForeign">Whether the receiver did not know such events when it was scheduled either.</param>
    /// <exception cref="JsonFormatException">It does not fit, or the receiver knows it no more.</exception>
    public void Deliver(string token, ActorPath target, JsonElement json, bool isForeign)
    {
        if (!_pending.TakeTimer(token))
            return;

        _changed = true;
        if (_definition.FindActor(_snapshot, target)?.Logic is not StateMachine receiver)
            return;

        var @event = receiver.ReadScheduledEvent(json);
        if (!isForeign && !receiver.Knows(@event.Type))
            throw new JsonFormatException("event.type", $"machine '{receiver.Id}' knows no event '{@event.Type}' any more.");
        Process(@event, target);
    }

    /// <summary>Takes the end of a promise in; that of one which is not wanted any more is ignored.</summary>
    /// <param name="token">Which promise.</param>
    /// <param name="output">What it resolved to; undefined for null.</param>
    /// <param name="error">Why it failed; null when it did not.</param>
    public void Settle(string token, JsonElement output, ActorError? error)
    {
        if (_pending.TakePromise(token) is not { } path)
            return;

        _changed = true;
        if (_definition.FindActor(_snapshot, path) is not { } promise)
            return;

        if (error is null)
            Apply(_definition.Resolve(_snapshot, path, ReadOutput()), Event.DoneActorPrefix + path.Id);
        else
            Apply(_definition.Reject(_snapshot, path, error), Event.ErrorActorPrefix + path.Id);

        object? ReadOutput() =>
            output.ValueKind == JsonValueKind.Undefined ? null : promise.DataModel.Read(output, promise.Logic.OutputType);
    }

    /// <inheritdoc cref="PendingWork.RemoveWaiter(string)"/>
    public void RemoveWaiter(string address) => _changed |= _pending.RemoveWaiter(address);

    /// <exception cref="TerminalException">400: the machine rejects what it does not handle.</exception>
    public void RequireHandled(Event @event) => HandledEvents.Require(_machine, _snapshot, @event);

    /// <summary>
    /// Performs the machine's own actions; if one fails for good, nothing has changed. Then carries out the other effects, answers the
    /// waiters whose condition is decided, and writes what changed.
    /// </summary>
    /// <param name="replaced">What is stored of an earlier run that this new instance replaces.</param>
    /// <param name="isUnattended">
    /// Whether nobody waits for what was processed, so that nobody could be told of a failure. The attempt is then repeated until all
    /// actions have succeeded; those that were performed before the failure are in the journal, and not performed again.
    /// </param>
    /// <returns>The snapshot as callers see it.</returns>
    /// <exception cref="TerminalException">An action failed for good.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> SaveAsync(ReadOnlyMemory<byte>? replaced = null, bool isUnattended = false)
    {
        var stored = await CarryOutAsync(replaced, isUnattended);
        Write(stored);
        return stored.Answer;
    }

    /// <summary>Does as <see cref="SaveAsync"/> does, and puts a waiter in place unless its condition is decided.</summary>
    /// <param name="condition">What it waits for.</param>
    /// <param name="subscribe">Tells of the waiter, when there has to be one.</param>
    /// <returns>The waiter's answer; empty while its condition is undecided.</returns>
    /// <exception cref="TerminalException">An action failed for good; or, 412, the condition can no longer be met.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> SaveAndSubscribeAsync(string condition, Func<ValueTask<Waiter>> subscribe)
    {
        var stored = await CarryOutAsync(replaced: null, isUnattended: false);
        var outcome = OutcomeOf(condition, stored);
        if (outcome is null)
        {
            _pending.AddWaiter(await subscribe());
            _changed = true;
        }

        Write(stored);
        return Answer(outcome);
    }

    /// <summary>What <see cref="SaveAndSubscribeAsync"/> returned, when what it saved is all that is known of it.</summary>
    /// <returns>The waiter's answer; empty while its condition is undecided.</returns>
    /// <exception cref="TerminalException">412: the condition can no longer be met.</exception>
    public ReadOnlyMemory<byte> AnswerTo(string condition) => Answer(OutcomeOf(condition, new StoredSnapshot(_definition, _snapshot, _revision)));

    private static ReadOnlyMemory<byte> Answer(WaitOutcome? outcome) => outcome?.Failure is { } failure ? throw failure : outcome?.Answer ?? default;

    private async ValueTask<StoredSnapshot> CarryOutAsync(ReadOnlyMemory<byte>? replaced, bool isUnattended)
    {
        // First of all, for what cannot be written must fail before anything is done.
        var (stored, commands) = Serialize();
        if (_transitions.Count > 0)
            await RememberAsync();
        foreach (var (action, parameters) in Actions())
        {
            if (isUnattended)
                await _context.Run(action.Name, token => action.RunUnattendedAsync(parameters, token), action.RetryUnattended);
            else
                await _context.Run(action.Name, token => action.RunAsync(parameters, token), action.Retry);
        }

        if (_isNew)
            Begin(replaced);

        foreach (var command in commands)
            command();
        if (!_wasDone && _snapshot.Status == ActorStatus.Done && _machine.FinalStateTtl is { } ttl)
            Expire(ttl);

        foreach (var waiter in _pending.Waiters.ToArray())
            Answer(waiter, stored);
        return stored;
    }

    /// <summary>Writes all data that the machine's own code has made, as JSON.</summary>
    /// <returns>The snapshot, and what is to be done for the effects.</returns>
    /// <exception cref="TerminalException">500: some of it cannot be written, or nests too deep to be read again.</exception>
    private (StoredSnapshot Stored, Action[] Commands) Serialize()
    {
        try
        {
            return (new StoredSnapshot(_definition, _snapshot, _revision), [.. _effects.Select(Prepare).OfType<Action>()]);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Errors.Unstorable(_definition.Id, e.GetBaseException().Message);
        }
    }

    private void Write(StoredSnapshot stored)
    {
        if (_changed)
            _context.SetBytes(StateKeys.Snapshot, stored.With(_history, _pending, _owner));
    }

    /// <summary>Makes room for the new instance, with as few writes as that takes.</summary>
    private void Begin(ReadOnlyMemory<byte>? replaced)
    {
        if (replaced is { } stored)
        {
            End(_context, _machine, stored, Errors.WasReset);
            if (StoredSnapshot.VersionOf(JsonElement.Parse(stored.Span)) == _definition.Id)
                return;
        }

        _context.SetBytes(StateKeys.Version, JsonSerializer.SerializeToUtf8Bytes(_definition.Id));
    }

    /// <summary>Lets go of what a stored instance still wants: rejects its waiters, and cancels its promises.</summary>
    public static void End(ObjectContext context, DurableMachine machine, ReadOnlyMemory<byte> stored, Func<string, TerminalException> reason)
    {
        var pending = StoredSnapshot.PendingOf(JsonElement.Parse(stored.Span));
        foreach (var waiter in pending.Waiters)
            Tell(context, waiter, new WaitOutcome(default, reason(waiter.Condition)));
        foreach (var token in pending.PromiseTokens)
            CancelPromise(context, machine, token);
    }

    /// <exception cref="TerminalException">500: this deployment lacks one of them; none has been performed.</exception>
    private List<DurableActionCall> Actions()
    {
        var calls = new List<DurableActionCall>();
        foreach (var effect in _effects)
        {
            if (effect is not ExecuteAction { Parameters: not MachineSend } execute)
                continue;
            calls.Add(execute.Parameters as DurableActionCall
                ?? new DurableActionCall(_machine.FindAction(execute.Name) ?? throw Errors.UnknownAction(execute.Name), execute.Parameters));
        }

        return calls;
    }

    private void Answer(Waiter waiter, StoredSnapshot stored)
    {
        if (OutcomeOf(waiter.Condition, stored) is not { } outcome)
            return;

        Tell(_context, waiter, outcome);
        _pending.RemoveWaiter(waiter);
        _changed = true;
    }

    private static void Tell(ObjectContext context, Waiter waiter, WaitOutcome outcome)
    {
        switch (waiter, outcome)
        {
            case ({ Awakeable: { } awakeable }, { Failure: { } failure }):
                context.RejectAwakeable(awakeable, failure);
                break;
            case ({ Awakeable: { } awakeable }, _):
                context.ResolveAwakeable(awakeable, outcome.Answer, Serde.Bytes);
                break;
            case ({ Invocation: { } invocation }, { Failure: { } failure }):
                context.SendSignal(invocation, Waiter.Decided, failure);
                break;
            case ({ Invocation: { } invocation }, _):
                context.SendSignal(invocation, Waiter.Decided, outcome.Answer, Serde.Bytes);
                break;
            default:
                throw new InvalidOperationException($"A waiter for '{waiter.Condition}' has no address.");
        }
    }

    /// <returns>Null while the condition is undecided.</returns>
    private WaitOutcome? OutcomeOf(string text, StoredSnapshot stored)
    {
        var condition = WaitCondition.Parse(text)!;
        if (condition.IsMet(_snapshot, _revision))
            return new WaitOutcome(AnswerFor(condition, stored), null);
        return _snapshot.Status == ActorStatus.Active
            ? null
            : new WaitOutcome(default, Errors.Unreachable(text, StoredSnapshot.StatusText(_snapshot.Status)));
    }

    private ReadOnlyMemory<byte> AnswerFor(WaitCondition condition, StoredSnapshot stored) =>
        _machine.History > 0 && condition is WaitCondition.AfterRevision after ? stored.AnswerWith(_history, after.Revision) : stored.Answer;

    private async ValueTask RememberAsync()
    {
        var now = await _context.Now();
        foreach (var transition in _transitions)
            _history.Add(transition.Revision, transition.EventType, now, transition.Value);
    }

    private void Apply(Macrostep step, string eventType)
    {
        if (ReferenceEquals(step.Snapshot, _snapshot) && step.Effects.Count == 0)
            return;

        Carry(step, eventType);
    }

    private void Carry(Macrostep step, string eventType)
    {
        _snapshot = step.Snapshot;
        _revision++;
        _changed = true;
        if (_machine.History > 0)
            _transitions.Add(new PastTransition(_revision, eventType, step.Snapshot.Value));
        _effects.AddRange(step.Effects);
    }

    /// <returns>What is to be done for an effect; null for nothing.</returns>
    private Action? Prepare(Effect effect) => effect switch
    {
        StartPromise start => Start(start),
        StopPromise stop => () => Stop(stop),
        ScheduleEvent schedule => Schedule(schedule),
        CancelScheduled cancel => () => _pending.CancelTimer(cancel.Actor.ToString(), cancel.Id),
        CancelAllScheduled cancel => () => _pending.CancelTimers(cancel.Actor.ToString()),
        ExecuteAction { Parameters: MachineSend send } execute => SendTo(send, execute.DataModel),
        ExecuteAction => null,
        Log log => () => MachineLog.Logged(_context.Logger, _machine.Name, _context.Key, log.Actor, log.Message),
        Emit emit => () => MachineLog.Emitted(_context.Logger, _machine.Name, _context.Key, emit.Actor, emit.Event.Type),
        _ => throw new NotSupportedException($"The effect {effect.GetType().Name} cannot be carried out."),
    };

    private Action? Start(StartPromise start)
    {
        // One that was stopped again before it could begin is not worth starting.
        if (_definition.FindActor(_snapshot, start.Actor) is not { } promise)
            return null;

        var token = NewToken();
        var body = RequestJson.Write(
            json =>
            {
                json.WriteString("token", token);
                json.WriteString("version", _definition.Id);
                PromiseAddress.Write(json, _snapshot, start.Actor);
                json.WritePropertyName("input");
                promise.DataModel.Write(json, start.Input);
            },
            StoredSnapshot.MaxDepth);
        return () =>
        {
            _pending.AddPromise(token, start.Actor.ToString());
            (promise.Logic as IDurablePromise)?.Begin(_context, token, promise.DataModel, start.Input);
            SendToSelf(Handlers.InvokePromise, body, new SendOptions { IdempotencyKey = token });
        };
    }

    private void Stop(StopPromise stop)
    {
        if (_pending.CancelPromise(stop.Actor.ToString()) is { } token)
            CancelPromise(_context, _machine, token);
    }

    private Action Schedule(ScheduleEvent schedule)
    {
        var token = NewToken();
        var target = _definition.FindActor(_snapshot, schedule.Target);
        var model = target?.DataModel ?? _definition.DataModel;
        var body = RequestJson.Write(json =>
        {
            json.WriteString("token", token);
            json.WriteString("target", schedule.Target.ToString());
            if (target?.Logic is StateMachine receiver && !receiver.Knows(schedule.Event.Type))
                json.WriteBoolean("foreign", true);
            json.WritePropertyName("event");
            model.WriteEvent(json, schedule.Event);
        });
        return () =>
        {
            _pending.AddTimer(token, schedule.Actor.ToString(), schedule.Id);
            SendToSelf(Handlers.Deliver, body, new SendOptions { Delay = schedule.Delay });
        };
    }

    private void Expire(TimeSpan ttl)
    {
        var token = NewToken();
        _pending.AddTimer(token, actor: null, id: null);
        SendToSelf(Handlers.Expire, RequestJson.Write(json => json.WriteString("token", token)), new SendOptions { Delay = ttl });
    }

    /// <summary>Unlike a number that counts up, it never comes again in a later run of the same key.</summary>
    private string NewToken() => _context.NewGuid().ToString("N");

    private Action SendTo(MachineSend send, DataModel model)
    {
        var target = Target.Object(send.Machine, send.Key, Handlers.Send);
        var body = RequestJson.Write(json =>
        {
            json.WritePropertyName("event");
            model.WriteEvent(json, model.ToEvent(send.Message));
        });
        return () => _context.Send(target, body, new SendOptions { Delay = send.Delay, Headers = UnattendedSend.Headers });
    }

    private static void CancelPromise(ObjectContext context, DurableMachine machine, string token) =>
        context.Send(
            Target.Object(machine.Name, context.Key, Handlers.CancelPromise), RequestJson.Write(json => json.WriteString("token", token)));

    private void SendToSelf(string handler, ReadOnlyMemory<byte> body, SendOptions options) =>
        _context.Send(Target.Object(_machine.Name, _context.Key, handler), body, options);

    /// <summary>A macrostep that the instance is to remember.</summary>
    private readonly record struct PastTransition(ulong Revision, string EventType, StateValue Value);

    /// <summary>What a waiter is told in the end.</summary>
    private readonly record struct WaitOutcome(ReadOnlyMemory<byte> Answer, TerminalException? Failure);
}
