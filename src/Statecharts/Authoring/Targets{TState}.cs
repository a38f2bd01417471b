using System.Collections;
using System.Runtime.CompilerServices;

namespace Statecharts;

/// <summary>Where a transition leads: mostly one state, or one in each of several regions: <c>[A1, B2]</c>.</summary>
/// <typeparam name="TState">What states are named by.</typeparam>
[CollectionBuilder(typeof(Targets), nameof(Targets.Create))]
public readonly struct Targets<TState> : IEnumerable<TState>
    where TState : notnull
{
    private readonly TState[]? _states;

    internal Targets(TState[] states) => _states = states;

    /// <summary>One state.</summary>
    public static implicit operator Targets<TState>(TState state) => new([state]);

    /// <inheritdoc/>
    public IEnumerator<TState> GetEnumerator() => (_states ?? []).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
