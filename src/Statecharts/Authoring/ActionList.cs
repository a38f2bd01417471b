namespace Statecharts;

/// <summary>
/// What happens on a transition, an entry or an exit, in order. Nothing in it is carried out while the machine is being
/// defined.
/// </summary>
/// <typeparam name="TContext">The machine's data.</typeparam>
/// <typeparam name="TEvent">The event that is being answered: a message, an output, or <see cref="Event"/> for any.</typeparam>
public sealed class ActionList<TContext, TEvent>
{
    private readonly MachineConfig _machine;
    private readonly string _path;
    private readonly List<MachineAction> _actions;

    internal ActionList(MachineConfig machine, string path, List<MachineAction> actions)
    {
        _machine = machine;
        _path = path;
        _actions = actions;
    }

    /// <summary>Changes the context.</summary>
    public ActionList<TContext, TEvent> Assign(Action<TContext, TEvent> assign)
    {
        ArgumentNullException.ThrowIfNull(assign);
        Require(AuthoringChecks.ProblemOfAssign(assign, typeof(TContext)));
        return Add(new AssignAction((context, @event) => assign((TContext)context!, EventData.Of<TEvent>(@event))));
    }

    /// <summary>Puts another context in the place of the present one, of which the function gets a copy.</summary>
    public ActionList<TContext, TEvent> Assign(Func<TContext, TEvent, TContext> assign)
    {
        ArgumentNullException.ThrowIfNull(assign);
        return Add(new ReplaceAction((context, @event) => assign((TContext)context!, EventData.Of<TEvent>(@event))));
    }

    /// <summary>Gives the machine itself an event, to be taken before this macrostep ends; or after a delay.</summary>
    /// <param name="message">The event: a message, a type as text, or an <see cref="Event"/>.</param>
    /// <param name="delay">How long to wait; null for not at all.</param>
    /// <param name="id">The name to cancel a delayed event by.</param>
    public ActionList<TContext, TEvent> Raise(object message, TimeSpan? delay = null, string? id = null) =>
        Raise(Constant(message), delay, id);

    /// <inheritdoc cref="Raise(object, TimeSpan?, string?)"/>
    public ActionList<TContext, TEvent> Raise(Func<TContext, TEvent, object> message, TimeSpan? delay = null, string? id = null) =>
        Add(new RaiseAction(ToEvent(message), ToDelay(delay), id));

    /// <summary>Sends an event to a child. Without such a child the machine fails.</summary>
    /// <param name="childId">The child's id.</param>
    /// <param name="message">The event: a message, a type as text, or an <see cref="Event"/>.</param>
    /// <param name="delay">How long to wait; null for not at all.</param>
    /// <param name="id">The name to cancel a delayed event by.</param>
    public ActionList<TContext, TEvent> SendTo(string childId, object message, TimeSpan? delay = null, string? id = null) =>
        SendTo(childId, Constant(message), delay, id);

    /// <inheritdoc cref="SendTo(string, object, TimeSpan?, string?)"/>
    public ActionList<TContext, TEvent> SendTo(
        string childId, Func<TContext, TEvent, object> message, TimeSpan? delay = null, string? id = null) =>
        Send(new SendTarget(SendTargetKind.Child, childId), message, delay, id);

    /// <summary>Sends an event to a child whose id the context or the event tells. Without such a child the machine fails.</summary>
    /// <param name="childId">The child's id.</param>
    /// <param name="message">The event: a message, a type as text, or an <see cref="Event"/>.</param>
    /// <param name="delay">How long to wait; null for not at all.</param>
    /// <param name="id">The name to cancel a delayed event by.</param>
    public ActionList<TContext, TEvent> SendTo(
        Func<TContext, TEvent, string> childId, Func<TContext, TEvent, object> message, TimeSpan? delay = null, string? id = null)
    {
        var find = Erase(childId);
        return Add(new SendAction(
            (context, @event) => new SendTarget(SendTargetKind.Child, find(context, @event)), ToEvent(message), ToDelay(delay), id));
    }

    /// <summary>
    /// Sends an event to the actor with a system id, wherever in the instance it is. An id that nobody has stands for the machine itself, as in
    /// XState.
    /// </summary>
    /// <param name="systemId">The actor's system id.</param>
    /// <param name="message">The event.</param>
    /// <param name="delay">How long to wait; null for not at all.</param>
    /// <param name="id">The name to cancel a delayed event by.</param>
    public ActionList<TContext, TEvent> SendToSystem(
        string systemId, Func<TContext, TEvent, object> message, TimeSpan? delay = null, string? id = null) =>
        Send(new SendTarget(SendTargetKind.System, systemId), message, delay, id);

    /// <summary>Sends an event to the parent. A machine that has none fails.</summary>
    /// <param name="message">The event: a message, a type as text, or an <see cref="Event"/>.</param>
    /// <param name="delay">How long to wait; null for not at all.</param>
    /// <param name="id">The name to cancel a delayed event by.</param>
    public ActionList<TContext, TEvent> SendParent(object message, TimeSpan? delay = null, string? id = null) =>
        SendParent(Constant(message), delay, id);

    /// <inheritdoc cref="SendParent(object, TimeSpan?, string?)"/>
    public ActionList<TContext, TEvent> SendParent(Func<TContext, TEvent, object> message, TimeSpan? delay = null, string? id = null) =>
        Send(new SendTarget(SendTargetKind.Parent), message, delay, id);

    /// <summary>Sends an event to the machine itself, to be taken once this macrostep is through.</summary>
    /// <param name="message">The event: a message, a type as text, or an <see cref="Event"/>.</param>
    /// <param name="delay">How long to wait; null for not at all.</param>
    /// <param name="id">The name to cancel a delayed event by.</param>
    public ActionList<TContext, TEvent> SendSelf(object message, TimeSpan? delay = null, string? id = null) =>
        SendSelf(Constant(message), delay, id);

    /// <inheritdoc cref="SendSelf(object, TimeSpan?, string?)"/>
    public ActionList<TContext, TEvent> SendSelf(Func<TContext, TEvent, object> message, TimeSpan? delay = null, string? id = null) =>
        Send(new SendTarget(SendTargetKind.Self), message, delay, id);

    /// <summary>Forgets a delayed event of this machine, if it is still on its way.</summary>
    public ActionList<TContext, TEvent> Cancel(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Add(new CancelAction((_, _) => id));
    }

    /// <summary>Starts a child that lives until it ends, is stopped, or this machine ends.</summary>
    /// <param name="logic">What it runs.</param>
    /// <param name="id">Its id among the children; a child that has it already is stopped.</param>
    /// <param name="input">Its input.</param>
    /// <param name="systemId">Its name in the whole instance, if it is to have one.</param>
    /// <param name="syncSnapshot">Whether each of its snapshots comes back as the event <c>xstate.snapshot.ID</c>.</param>
    public ActionList<TContext, TEvent> Spawn(
        ActorLogic logic, string id, Func<TContext, TEvent, object?>? input = null, string? systemId = null, bool syncSnapshot = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Spawn(logic, (_, _) => id, input, systemId, syncSnapshot);
    }

    /// <summary>Starts a child whose id the context or the event tells, such as one for each of several items.</summary>
    /// <param name="logic">What it runs.</param>
    /// <param name="id">Its id among the children; a child that has it already is stopped.</param>
    /// <param name="input">Its input.</param>
    /// <param name="systemId">Its name in the whole instance, if it is to have one.</param>
    /// <param name="syncSnapshot">Whether each of its snapshots comes back as the event <c>xstate.snapshot.ID</c>.</param>
    public ActionList<TContext, TEvent> Spawn(
        ActorLogic logic,
        Func<TContext, TEvent, string> id,
        Func<TContext, TEvent, object?>? input = null,
        string? systemId = null,
        bool syncSnapshot = false)
    {
        ArgumentNullException.ThrowIfNull(logic);
        _machine.AddActor(_path, logic);
        return Add(new SpawnAction(logic.Name, logic, Erase(id), input is null ? null : Erase(input), systemId, syncSnapshot));
    }

    /// <summary>Stops a child, if there is one.</summary>
    public ActionList<TContext, TEvent> Stop(string childId)
    {
        ArgumentException.ThrowIfNullOrEmpty(childId);
        return Add(new StopAction((_, _) => childId));
    }

    /// <summary>Stops the child whose id the context or the event tells, if there is one.</summary>
    public ActionList<TContext, TEvent> Stop(Func<TContext, TEvent, string> childId) => Add(new StopAction(Erase(childId)));

    /// <summary>Writes to the log.</summary>
    public ActionList<TContext, TEvent> Log(string message) => Log((_, _) => message);

    /// <inheritdoc cref="Log(string)"/>
    public ActionList<TContext, TEvent> Log(Func<TContext, TEvent, object?> message) => Add(new LogAction(Erase(message)));

    /// <summary>Tells those who listen to this machine.</summary>
    /// <param name="message">The event: a message, a type as text, or an <see cref="Event"/>.</param>
    public ActionList<TContext, TEvent> Emit(object message) => Emit(Constant(message));

    /// <inheritdoc cref="Emit(object)"/>
    public ActionList<TContext, TEvent> Emit(Func<TContext, TEvent, object> message) => Add(new EmitAction(ToEvent(message)));

    /// <summary>Asks the host to carry out an action of its own.</summary>
    /// <param name="name">What the host knows it by.</param>
    /// <param name="parameters">What it is given.</param>
    public ActionList<TContext, TEvent> Execute(string name, Func<TContext, TEvent, object?>? parameters = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(new CustomAction(name, parameters is null ? null : Erase(parameters)));
    }

    /// <summary>Carries out some actions or others (XState's <c>enqueueActions</c>).</summary>
    public ActionList<TContext, TEvent> If(
        Func<TContext, TEvent, bool> guard,
        Action<ActionList<TContext, TEvent>> then,
        Action<ActionList<TContext, TEvent>>? otherwise = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(then);
        var holds = new MachineGuard(null, (context, @event, _) => guard((TContext)context!, EventData.Of<TEvent>(@event)));
        return Add(new ChooseAction(holds, Collect(then), Collect(otherwise)));
    }

    internal void AddAll(Action<ActionList<TContext, TEvent>>? actions)
    {
        if (actions is null)
            return;
        Require(AuthoringChecks.ProblemOfActions(actions));
        actions(this);
    }

    private MachineAction[] Collect(Action<ActionList<TContext, TEvent>>? actions)
    {
        var collected = new List<MachineAction>();
        new ActionList<TContext, TEvent>(_machine, _path, collected).AddAll(actions);
        return [.. collected];
    }

    private void Require(string? problem)
    {
        if (problem is not null)
            _machine.Errors.Add(new DefinitionError(_path, problem));
    }

    private ActionList<TContext, TEvent> Send(SendTarget target, Func<TContext, TEvent, object> message, TimeSpan? delay, string? id) =>
        Add(new SendAction((_, _) => target, ToEvent(message), ToDelay(delay), id));

    private ActionList<TContext, TEvent> Add(MachineAction action)
    {
        _actions.Add(action);
        return this;
    }

    private Func<object?, Event, Event> ToEvent(Func<TContext, TEvent, object> message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var dataModel = _machine.DataModel;
        return (context, @event) => dataModel.ToEvent(message((TContext)context!, EventData.Of<TEvent>(@event)));
    }

    private static Func<object?, Event, TResult> Erase<TResult>(Func<TContext, TEvent, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return (context, @event) => function((TContext)context!, EventData.Of<TEvent>(@event));
    }

    private Func<TContext, TEvent, object> Constant(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Require(AuthoringChecks.ProblemOfMessage(message));
        // All instances share the definition: whoever takes the event gets a message of its own.
        var dataModel = _machine.DataModel;
        return message switch
        {
            string => (_, _) => message,
            Event @event => (_, _) => @event with { Data = dataModel.Clone(@event.Data) },
            _ => (_, _) => dataModel.Clone(message)!,
        };
    }

    private static Func<object?, Event, TimeSpan>? ToDelay(TimeSpan? delay) => delay is { } time ? (_, _) => time : null;
}
