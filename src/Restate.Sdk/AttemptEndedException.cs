namespace Restate.Sdk;

/// <summary>
/// Thrown by a context whose attempt is over: it suspended, was aborted, or its journal does not fit the code. What the handler does
/// from here on has no effect on the invocation, so let the exception pass.
/// </summary>
public sealed class AttemptEndedException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public AttemptEndedException()
        : this("This attempt of the invocation is over; Restate goes on with another one.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why the attempt is over.</param>
    public AttemptEndedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a cause.</summary>
    /// <param name="message">Why the attempt is over.</param>
    /// <param name="innerException">The cause.</param>
    public AttemptEndedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
