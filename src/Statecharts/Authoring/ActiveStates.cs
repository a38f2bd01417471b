namespace Statecharts;

/// <summary>The active states, for a guard that asks (XState's <c>stateIn</c>).</summary>
/// <typeparam name="TState">What states are named by.</typeparam>
public readonly struct ActiveStates<TState>
    where TState : notnull
{
    private readonly StateMachineBuilder<TState> _builder;
    private readonly StateNode[] _active;

    internal ActiveStates(StateMachineBuilder<TState> builder, StateNode[] active)
    {
        _builder = builder;
        _active = active;
    }

    /// <summary>Whether a state is active.</summary>
    public bool Contains(TState state)
    {
        var path = _builder.PathOf(state);
        return Array.Exists(_active, node => node.Path == path);
    }
}
