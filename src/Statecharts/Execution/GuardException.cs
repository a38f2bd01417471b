namespace Statecharts;

/// <summary>A guard threw.</summary>
internal sealed class GuardException(string message, Transition transition, Exception inner) : Exception(message, inner)
{
    internal Transition Transition { get; } = transition;
}
