namespace Restate.Sdk;

/// <summary>
/// A failure that may pass, with a say in when to try again. Any exception but a <see cref="TerminalException"/> is retried; this one
/// chooses the pause, once, in place of the retry policy.
/// </summary>
public class RetryableException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public RetryableException()
        : this("The operation failed and may succeed later.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    public RetryableException(string message)
        : this(message, null)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public RetryableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The pause before the next attempt; null leaves it to the retry policy.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
