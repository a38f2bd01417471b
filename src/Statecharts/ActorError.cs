namespace Statecharts;

/// <summary>Why an actor failed. Data, not an exception: it is persisted with the snapshot.</summary>
/// <param name="Name">The error's type, such as <c>InvalidOperationException</c> or, for a rejected promise, the name its host gave.</param>
/// <param name="Message">The message, for people.</param>
public sealed record ActorError(string Name, string Message)
{
    /// <summary>Makes the error that an exception stands for.</summary>
    public static ActorError From(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var cause = exception is GuardException { InnerException: { } inner } ? inner : exception;
        return new ActorError(cause.GetType().Name, exception.Message);
    }
}
