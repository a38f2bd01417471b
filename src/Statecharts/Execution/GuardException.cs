namespace Statecharts;

/// <summary>A guard threw.</summary>
sealed class GuardException(string message, Exception inner) : Exception(message, inner);
