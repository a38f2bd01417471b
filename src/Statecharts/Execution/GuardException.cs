namespace Statecharts;

/// <summary>A guard threw.</summary>
internal sealed class GuardException(string message, Exception inner) : Exception(message, inner);
