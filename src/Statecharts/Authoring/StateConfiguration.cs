using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>Configures one state. Where several transitions answer one event, the first whose guard holds is taken.</summary>
/// <remarks>
/// Transitions take <c>assign</c>, which changes the context, and <c>actions</c>, a list of whatever else there is to do,
/// in this order. A function for an event type gets that event's message; elsewhere it gets the <see cref="Event"/>.
/// </remarks>
/// <typeparam name="TState">What states are named by.</typeparam>
/// <typeparam name="TContext">The machine's data.</typeparam>
public class StateConfiguration<TState, TContext>
    where TState : notnull
{
    private readonly StateMachineBuilder<TState> _builder;
    private readonly StateConfig _state;

    internal StateConfiguration(StateMachineBuilder<TState> builder, StateConfig state)
    {
        _builder = builder;
        _state = state;
    }

    private protected StateConfiguration(StateConfiguration<TState, TContext> other)
        : this(other._builder, other._state)
    {
    }

    /// <summary>Places the state within another.</summary>
    public StateConfiguration<TState, TContext> SubstateOf(TState parent)
    {
        _builder.SetParent(_state, parent);
        return this;
    }

    /// <summary>Says which child is entered with the state.</summary>
    public StateConfiguration<TState, TContext> InitialTransition(TState child, Action<ActionList<TContext, Event>>? actions = null)
    {
        _builder.LinkInitial(_state, child);
        List<Event>(_state.InitialActions).AddAll(actions);
        return this;
    }

    /// <summary>Makes all children active together: each is a region.</summary>
    public StateConfiguration<TState, TContext> Parallel()
    {
        _state.Kind = StateNodeKind.Parallel;
        return this;
    }

    /// <summary>Makes entering the state complete its parent; a final state of the machine ends the instance.</summary>
    /// <param name="output">
    /// What the parent is done with. That of a final state of the machine itself reaches nobody but
    /// <see cref="StateMachineBuilder{TState, TContext}.Output{TOutput}(Func{TContext, object?, TOutput})"/>, which makes the machine's output.
    /// </param>
    public StateConfiguration<TState, TContext> Final(Func<TContext, object?>? output = null)
    {
        _state.Kind = StateNodeKind.Final;
        if (output is not null)
            _state.Output = (context, _) => output((TContext)context!);
        return this;
    }

    /// <summary>Makes the state stand for what was active in its parent last.</summary>
    /// <param name="kind">How much it recalls.</param>
    /// <param name="otherwise">Where it leads when there is nothing to recall; by default, to the parent's initial state.</param>
    public StateConfiguration<TState, TContext> History(HistoryKind kind = HistoryKind.Shallow, Targets<TState> otherwise = default)
    {
        _state.Kind = StateNodeKind.History;
        _state.History = kind;
        _builder.LinkHistory(_state, otherwise);
        return this;
    }

    /// <summary>Tags the state, for those who ask what kind of state an instance is in.</summary>
    public StateConfiguration<TState, TContext> Tag(params IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        _state.Tags.AddRange(tags);
        return this;
    }

    /// <summary>Says what the state is about, for people.</summary>
    public StateConfiguration<TState, TContext> Description(string description)
    {
        _state.Description = description;
        return this;
    }

    /// <summary>Gives tools data about the state.</summary>
    public StateConfiguration<TState, TContext> Meta(JsonNode meta)
    {
        _state.Meta = meta;
        return this;
    }

    /// <summary>On an event, goes to a state.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="target">Where to; a state within this one is entered without leaving this one.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> Permit<TEvent>(
        Targets<TState> target, Action<TContext, TEvent>? assign = null, Action<ActionList<TContext, TEvent>>? actions = null) =>
        On(EventType<TEvent>(), target, false, null, assign, actions);

    /// <summary>On an event, goes to a state if a guard holds.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="target">Where to; a state within this one is entered without leaving this one.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> PermitIf<TEvent>(
        Targets<TState> target,
        Func<TContext, TEvent, bool> guard,
        Action<TContext, TEvent>? assign = null,
        Action<ActionList<TContext, TEvent>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        On(EventType<TEvent>(), target, false, Guard(guard, guardName), assign, actions);

    /// <inheritdoc cref="PermitIf{TEvent}(Targets{TState}, Func{TContext, TEvent, bool}, Action{TContext, TEvent}?, Action{ActionList{TContext, TEvent}}?, string?)"/>
    public StateConfiguration<TState, TContext> PermitIf<TEvent>(
        Targets<TState> target,
        Func<TContext, TEvent, ActiveStates<TState>, bool> guard,
        Action<TContext, TEvent>? assign = null,
        Action<ActionList<TContext, TEvent>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        On(EventType<TEvent>(), target, false, Guard(guard, guardName), assign, actions);

    /// <summary>On an event named by its type or a wildcard (<c>*</c>, <c>order.*</c>), goes to a state.</summary>
    /// <param name="descriptor">The event's type, or a wildcard.</param>
    /// <param name="target">Where to; a state within this one is entered without leaving this one.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> Permit(
        string descriptor, Targets<TState> target, Action<TContext, Event>? assign = null, Action<ActionList<TContext, Event>>? actions = null) =>
        On(descriptor, target, false, null, assign, actions);

    /// <summary>On an event named by its type or a wildcard, goes to a state if a guard holds.</summary>
    /// <param name="descriptor">The event's type, or a wildcard.</param>
    /// <param name="target">Where to; a state within this one is entered without leaving this one.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> PermitIf(
        string descriptor,
        Targets<TState> target,
        Func<TContext, Event, bool> guard,
        Action<TContext, Event>? assign = null,
        Action<ActionList<TContext, Event>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        On(descriptor, target, false, Guard(guard, guardName), assign, actions);

    /// <summary>On an event, leaves this state and enters it again, its children with it.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> PermitReentry<TEvent>(
        Action<TContext, TEvent>? assign = null, Action<ActionList<TContext, TEvent>>? actions = null) =>
        OnSelf(EventType<TEvent>(), null, assign, actions);

    /// <summary>On an event, leaves this state and enters it again, if a guard holds.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> PermitReentryIf<TEvent>(
        Func<TContext, TEvent, bool> guard,
        Action<TContext, TEvent>? assign = null,
        Action<ActionList<TContext, TEvent>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        OnSelf(EventType<TEvent>(), Guard(guard, guardName), assign, actions);

    /// <summary>On an event, leaves this state and enters it again on the way to a state within it.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="target">A state within this one.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> PermitReentry<TEvent>(
        Targets<TState> target, Action<TContext, TEvent>? assign = null, Action<ActionList<TContext, TEvent>>? actions = null) =>
        On(EventType<TEvent>(), target, true, null, assign, actions);

    /// <summary>On an event named by its type or a wildcard, leaves this state and enters it again.</summary>
    /// <param name="descriptor">The event's type, or a wildcard.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> PermitReentry(
        string descriptor, Action<TContext, Event>? assign = null, Action<ActionList<TContext, Event>>? actions = null) =>
        OnSelf(descriptor, null, assign, actions);

    /// <summary>On an event, stays and changes the context.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> InternalTransition<TEvent>(
        Action<TContext, TEvent>? assign = null, Action<ActionList<TContext, TEvent>>? actions = null) =>
        On(EventType<TEvent>(), null, false, null, assign, actions);

    /// <summary>On an event, stays and changes the context, if a guard holds.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> InternalTransitionIf<TEvent>(
        Func<TContext, TEvent, bool> guard,
        Action<TContext, TEvent>? assign = null,
        Action<ActionList<TContext, TEvent>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        On(EventType<TEvent>(), null, false, Guard(guard, guardName), assign, actions);

    /// <summary>On an event named by its type or a wildcard, stays and changes the context.</summary>
    /// <param name="descriptor">The event's type, or a wildcard.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> InternalTransition(
        string descriptor, Action<TContext, Event>? assign = null, Action<ActionList<TContext, Event>>? actions = null) =>
        On(descriptor, null, false, null, assign, actions);

    /// <summary>On an event named by its type or a wildcard, stays and changes the context, if a guard holds.</summary>
    /// <param name="descriptor">The event's type, or a wildcard.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> InternalTransitionIf(
        string descriptor,
        Func<TContext, Event, bool> guard,
        Action<TContext, Event>? assign = null,
        Action<ActionList<TContext, Event>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        On(descriptor, null, false, Guard(guard, guardName), assign, actions);

    /// <summary>Does nothing on an event, and keeps the states around this one from doing anything (a forbidden transition).</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    public StateConfiguration<TState, TContext> Ignore<TEvent>() => On<Event>(EventType<TEvent>(), null, false, null, null, null);

    /// <summary>Does nothing on an event, and keeps the states around this one from doing anything, if a guard holds.</summary>
    /// <typeparam name="TEvent">The event's message.</typeparam>
    /// <param name="guard">What must hold.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> IgnoreIf<TEvent>(
        Func<TContext, TEvent, bool> guard, [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        On<TEvent>(EventType<TEvent>(), null, false, Guard(guard, guardName), null, null);

    /// <inheritdoc cref="Ignore{TEvent}"/>
    /// <param name="descriptor">The event's type, or a wildcard.</param>
    public StateConfiguration<TState, TContext> Ignore(string descriptor) => On<Event>(descriptor, null, false, null, null, null);

    /// <summary>Goes to a state without an event, as soon as this one is active.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> Always(
        Targets<TState> target, Action<TContext, Event>? assign = null, Action<ActionList<TContext, Event>>? actions = null)
    {
        _state.Always.Add(Transition("", target, false, null, assign, actions));
        return this;
    }

    /// <summary>Goes to a state without an event, as soon as this one is active and a guard holds.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> AlwaysIf(
        Targets<TState> target,
        Func<TContext, Event, bool> guard,
        Action<TContext, Event>? assign = null,
        Action<ActionList<TContext, Event>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null)
    {
        _state.Always.Add(Transition("", target, false, Guard(guard, guardName), assign, actions));
        return this;
    }

    /// <inheritdoc cref="AlwaysIf(Targets{TState}, Func{TContext, Event, bool}, Action{TContext, Event}?, Action{ActionList{TContext, Event}}?, string?)"/>
    public StateConfiguration<TState, TContext> AlwaysIf(
        Targets<TState> target,
        Func<TContext, Event, ActiveStates<TState>, bool> guard,
        Action<TContext, Event>? assign = null,
        Action<ActionList<TContext, Event>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null)
    {
        _state.Always.Add(Transition("", target, false, Guard(guard, guardName), assign, actions));
        return this;
    }

    /// <summary>Goes to a state when this one has been active for a time.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="target">Where to.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> After(
        TimeSpan delay, Targets<TState> target, Action<TContext, Event>? assign = null, Action<ActionList<TContext, Event>>? actions = null) =>
        After(Milliseconds(delay), (_, _) => delay, Transition("", target, false, null, assign, actions));

    /// <summary>Goes to a state when this one has been active for a time and a guard holds.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="target">Where to.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public StateConfiguration<TState, TContext> AfterIf(
        TimeSpan delay,
        Targets<TState> target,
        Func<TContext, Event, bool> guard,
        Action<TContext, Event>? assign = null,
        Action<ActionList<TContext, Event>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        After(Milliseconds(delay), (_, _) => delay, Transition("", target, false, Guard(guard, guardName), assign, actions));

    /// <summary>Goes to a state when this one has been active for a time that the context tells on entry.</summary>
    /// <param name="name">A name for the delay, unique in the state.</param>
    /// <param name="delay">How long.</param>
    /// <param name="target">Where to.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> After(
        string name,
        Func<TContext, TimeSpan> delay,
        Targets<TState> target,
        Action<TContext, Event>? assign = null,
        Action<ActionList<TContext, Event>>? actions = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(delay);
        return After(name, (context, _) => delay((TContext)context!), Transition("", target, false, null, assign, actions));
    }

    /// <summary>After a time in the state, leaves it and enters it again, and so every time that passes: a tick.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="assign">Changes the context.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> AfterReentry(
        TimeSpan delay, Action<TContext, Event>? assign = null, Action<ActionList<TContext, Event>>? actions = null)
    {
        var transition = Transition("", null, true, null, assign, actions);
        _builder.LinkSelf(transition, _state);
        return After(Milliseconds(delay), (_, _) => delay, transition);
    }

    /// <summary>When the state's children are done: a final child was entered, or every region is done.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="assign">Changes the context; gets the output of the final child.</param>
    /// <param name="actions">What else to do.</param>
    public StateConfiguration<TState, TContext> OnDone(
        Targets<TState> target, Action<TContext, object?>? assign = null, Action<ActionList<TContext, Event>>? actions = null)
    {
        var transition = Transition("", target, false, null, assign, null);
        List<Event>(transition.Actions).AddAll(actions);
        _state.OnDone.Add(transition);
        return this;
    }

    /// <summary>When the state is entered.</summary>
    public StateConfiguration<TState, TContext> OnEntry(Action<TContext, Event> assign)
    {
        ArgumentNullException.ThrowIfNull(assign);
        List<Event>(_state.Entry).Assign(assign);
        return this;
    }

    /// <summary>When the state is entered.</summary>
    public StateConfiguration<TState, TContext> OnEntry(Action<ActionList<TContext, Event>> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        List<Event>(_state.Entry).AddAll(actions);
        return this;
    }

    /// <summary>When the state is left.</summary>
    public StateConfiguration<TState, TContext> OnExit(Action<TContext, Event> assign)
    {
        ArgumentNullException.ThrowIfNull(assign);
        List<Event>(_state.Exit).Assign(assign);
        return this;
    }

    /// <summary>When the state is left.</summary>
    public StateConfiguration<TState, TContext> OnExit(Action<ActionList<TContext, Event>> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        List<Event>(_state.Exit).AddAll(actions);
        return this;
    }

    /// <summary>Runs a promise while the state is active. It starts on entry; leaving the state stops it.</summary>
    /// <param name="promise">What to run.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="id">The child's id; by default made of its place in the machine.</param>
    /// <param name="systemId">The child's name in the whole instance, if it is to have one.</param>
    public InvokeConfiguration<TState, TContext, TOutput> Invoke<TInput, TOutput>(
        PromiseActor<TInput, TOutput> promise, Func<TContext, TInput>? input = null, string? id = null, string? systemId = null) =>
        Invoke<TOutput>(promise, input is null ? null : context => input(context), id, systemId);

    /// <summary>Runs a promise or another machine while the state is active.</summary>
    /// <param name="logic">What to run.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="id">The child's id; by default made of its place in the machine.</param>
    /// <param name="systemId">The child's name in the whole instance, if it is to have one.</param>
    public InvokeConfiguration<TState, TContext, object?> Invoke(
        ActorLogic logic, Func<TContext, object?>? input = null, string? id = null, string? systemId = null) =>
        Invoke<object?>(logic, input, id, systemId);

    /// <summary>Runs another machine while the state is active, with the type of its output.</summary>
    /// <typeparam name="TOutput">What it ends with.</typeparam>
    /// <param name="logic">What to run.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="id">The child's id; by default made of its place in the machine.</param>
    /// <param name="systemId">The child's name in the whole instance, if it is to have one.</param>
    public InvokeConfiguration<TState, TContext, TOutput> Invoke<TOutput>(
        ActorLogic logic, Func<TContext, object?>? input = null, string? id = null, string? systemId = null)
    {
        ArgumentNullException.ThrowIfNull(logic);
        if (logic.OutputType is { } declared && !declared.IsAssignableTo(typeof(TOutput)))
        {
            _builder.Config.Errors.Add(new DefinitionError(
                _state.Key, $"'{logic.Name}' ends with {declared.Name}, but is invoked for {typeof(TOutput).Name}."));
        }
        if (logic is StateMachine { Root.Output: null } && typeof(TOutput) != typeof(object))
        {
            _builder.Config.Errors.Add(new DefinitionError(
                _state.Key, $"'{logic.Name}' ends with nothing, but is invoked for {typeof(TOutput).Name}: say Output in its definition."));
        }

        _builder.Config.AddActor(_state.Key, logic);
        var invocation = new InvocationConfig(logic.Name, logic)
        {
            Id = id,
            SystemId = systemId,
            Input = input is null ? null : (context, _) => input((TContext)context!),
        };
        _state.Invocations.Add(invocation);
        return new InvokeConfiguration<TState, TContext, TOutput>(this, invocation);
    }

    private protected TransitionConfig Transition<TEvent>(
        string descriptor,
        Targets<TState>? target,
        bool reenter,
        MachineGuard? guard,
        Action<TContext, TEvent>? assign,
        Action<ActionList<TContext, TEvent>>? actions)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var transition = new TransitionConfig(descriptor) { Reenter = reenter, Guard = guard };
        if (target is { } targets)
            _builder.LinkTargets(transition, targets);
        var list = List<TEvent>(transition.Actions);
        if (assign is not null)
            list.Assign(assign);
        list.AddAll(actions);
        return transition;
    }

    private StateConfiguration<TState, TContext> On<TEvent>(
        string descriptor,
        Targets<TState>? target,
        bool reenter,
        MachineGuard? guard,
        Action<TContext, TEvent>? assign,
        Action<ActionList<TContext, TEvent>>? actions)
    {
        _state.On.Add(Transition(descriptor, target, reenter, guard, assign, actions));
        return this;
    }

    private StateConfiguration<TState, TContext> OnSelf<TEvent>(
        string descriptor, MachineGuard? guard, Action<TContext, TEvent>? assign, Action<ActionList<TContext, TEvent>>? actions)
    {
        var transition = Transition(descriptor, null, true, guard, assign, actions);
        _builder.LinkSelf(transition, _state);
        _state.On.Add(transition);
        return this;
    }

    private StateConfiguration<TState, TContext> After(string name, Func<object?, Event, TimeSpan> delay, TransitionConfig transition)
    {
        var existing = _state.After.Find(after => after.Name == name);
        if (existing is null)
            _state.After.Add(existing = new DelayConfig(name, delay));
        existing.Transitions.Add(transition);
        return this;
    }

    private string EventType<TEvent>()
    {
        var type = _builder.Config.DataModel.EventType(typeof(TEvent));
        _builder.Config.AddEvent(_state.Key, type, typeof(TEvent));
        return type;
    }

    private ActionList<TContext, TEvent> List<TEvent>(List<MachineAction> actions) => new(_builder.Config, _state.Key, actions);

    private protected static MachineGuard Guard<TEvent>(Func<TContext, TEvent, bool> guard, string? name)
    {
        ArgumentNullException.ThrowIfNull(guard);
        return new MachineGuard(name, (context, @event, _) => guard((TContext)context!, EventData.Of<TEvent>(@event)));
    }

    private MachineGuard Guard<TEvent>(Func<TContext, TEvent, ActiveStates<TState>, bool> guard, string? name)
    {
        ArgumentNullException.ThrowIfNull(guard);
        var builder = _builder;
        return new MachineGuard(name, (context, @event, active) =>
            guard((TContext)context!, EventData.Of<TEvent>(@event), new ActiveStates<TState>(builder, active)));
    }

    private static string Milliseconds(TimeSpan delay) => delay.TotalMilliseconds.ToString("R", CultureInfo.InvariantCulture);
}
