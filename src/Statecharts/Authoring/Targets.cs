namespace Statecharts;

/// <summary>Makes <see cref="Targets{TState}"/> of a collection expression.</summary>
public static class Targets
{
    /// <summary>Several states, one in each of several regions.</summary>
    public static Targets<TState> Create<TState>(ReadOnlySpan<TState> states)
        where TState : notnull => new(states.ToArray());
}
