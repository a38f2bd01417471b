using System.Runtime.CompilerServices;

namespace Statecharts;

/// <summary>Says what happens when an invoked child ends, and goes on configuring the state.</summary>
/// <typeparam name="TState">What states are named by.</typeparam>
/// <typeparam name="TContext">The machine's data.</typeparam>
/// <typeparam name="TOutput">What the child ends with.</typeparam>
public sealed class InvokeConfiguration<TState, TContext, TOutput> : StateConfiguration<TState, TContext>
    where TState : notnull
{
    private readonly InvocationConfig _invocation;

    internal InvokeConfiguration(StateConfiguration<TState, TContext> state, InvocationConfig invocation)
        : base(state) => _invocation = invocation;

    /// <summary>When the child is done, goes to a state.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="assign">Changes the context; gets the child's output.</param>
    /// <param name="actions">What else to do.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnDone(
        Targets<TState> target, Action<TContext, TOutput>? assign = null, Action<ActionList<TContext, TOutput>>? actions = null) =>
        Add(_invocation.OnDone, target, null, assign, actions);

    /// <summary>When the child is done, goes to a state if a guard holds.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context; gets the child's output.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnDoneIf(
        Targets<TState> target,
        Func<TContext, TOutput, bool> guard,
        Action<TContext, TOutput>? assign = null,
        Action<ActionList<TContext, TOutput>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        Add(_invocation.OnDone, target, Guard(guard, guardName), assign, actions);

    /// <summary>When the child is done, stays and does something.</summary>
    /// <param name="assign">Changes the context; gets the child's output.</param>
    /// <param name="actions">What else to do.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnDone(
        Action<TContext, TOutput>? assign = null, Action<ActionList<TContext, TOutput>>? actions = null) =>
        Add(_invocation.OnDone, null, null, assign, actions);

    /// <summary>When the child fails, goes to a state. Without this, its failure is this machine's.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="assign">Changes the context; gets the error.</param>
    /// <param name="actions">What else to do.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnError(
        Targets<TState> target, Action<TContext, ActorError>? assign = null, Action<ActionList<TContext, ActorError>>? actions = null) =>
        Add(_invocation.OnError, target, null, assign, actions);

    /// <summary>When the child fails, goes to a state if a guard holds.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context; gets the error.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnErrorIf(
        Targets<TState> target,
        Func<TContext, ActorError, bool> guard,
        Action<TContext, ActorError>? assign = null,
        Action<ActionList<TContext, ActorError>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        Add(_invocation.OnError, target, Guard(guard, guardName), assign, actions);

    /// <summary>When the child fails, stays and does something.</summary>
    /// <param name="assign">Changes the context; gets the error.</param>
    /// <param name="actions">What else to do.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnError(
        Action<TContext, ActorError>? assign = null, Action<ActionList<TContext, ActorError>>? actions = null) =>
        Add(_invocation.OnError, null, null, assign, actions);

    /// <summary>When an invoked machine has taken a step, stays and does something with its snapshot.</summary>
    /// <param name="assign">Changes the context; gets the child's snapshot.</param>
    /// <param name="actions">What else to do.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnSnapshot(
        Action<TContext, ActorSnapshot>? assign = null, Action<ActionList<TContext, ActorSnapshot>>? actions = null) =>
        Add(_invocation.OnSnapshot, null, null, assign, actions);

    /// <summary>When an invoked machine has taken a step, goes to a state if a guard holds.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="guard">What must hold.</param>
    /// <param name="assign">Changes the context; gets the child's snapshot.</param>
    /// <param name="actions">What else to do.</param>
    /// <param name="guardName">What the guard is called in diagrams; by default, its source text.</param>
    public InvokeConfiguration<TState, TContext, TOutput> OnSnapshotIf(
        Targets<TState> target,
        Func<TContext, ActorSnapshot, bool> guard,
        Action<TContext, ActorSnapshot>? assign = null,
        Action<ActionList<TContext, ActorSnapshot>>? actions = null,
        [CallerArgumentExpression(nameof(guard))] string? guardName = null) =>
        Add(_invocation.OnSnapshot, target, Guard(guard, guardName), assign, actions);

    private InvokeConfiguration<TState, TContext, TOutput> Add<TEvent>(
        List<TransitionConfig> transitions,
        Targets<TState>? target,
        MachineGuard? guard,
        Action<TContext, TEvent>? assign,
        Action<ActionList<TContext, TEvent>>? actions)
    {
        transitions.Add(Transition("", target, false, guard, assign, actions));
        return this;
    }
}
