namespace Restate.Sdk;

/// <summary>
/// A failure that is an answer: the invocation ends with it and is not retried. Callers of the handler see the same code, message
/// and metadata; at the ingress the code is the HTTP status.
/// </summary>
public class TerminalException : Exception
{
    /// <summary>The code of a cancelled invocation.</summary>
    internal const ushort CancelledCode = 409;

    /// <summary>Creates an internal error, code 500.</summary>
    public TerminalException()
        : this(500, "internal error")
    {
    }

    /// <summary>Creates a failure with code 500.</summary>
    /// <param name="message">What went wrong.</param>
    public TerminalException(string message)
        : this(500, message)
    {
    }

    /// <summary>Creates a failure with code 500 and a cause, which stays on this side.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public TerminalException(string message, Exception? innerException)
        : this(500, message, null, innerException)
    {
    }

    /// <summary>Creates a failure.</summary>
    /// <param name="code">An HTTP status code.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="metadata">Details for callers; needs protocol V6 (Restate 1.6).</param>
    /// <param name="innerException">The cause, which stays on this side.</param>
    public TerminalException(
        ushort code,
        string message,
        IReadOnlyDictionary<string, string>? metadata = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Metadata = metadata ?? EmptyMap.Strings;
    }

    /// <summary>An HTTP status code.</summary>
    public ushort Code { get; }

    /// <summary>Details for callers.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>True when the failure says that the invocation was cancelled.</summary>
    public bool IsCancelled => Code == CancelledCode && Message == CancelledMessage;

    internal const string CancelledMessage = "cancelled";
}
