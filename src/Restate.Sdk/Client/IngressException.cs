namespace Restate.Sdk.Client;

/// <summary>The ingress' answer was an error, or there was none.</summary>
public sealed class IngressException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public IngressException()
        : this("The call through the ingress failed.")
    {
    }

    /// <summary>Creates the exception for a call that got no answer.</summary>
    /// <param name="message">What went wrong.</param>
    public IngressException(string message)
        : this(message, null)
    {
    }

    /// <summary>Creates the exception for a call that got no answer.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public IngressException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int StatusCode { get; init; }

    /// <summary>
    /// Who says so: <c>invocation</c> when it is the handler's own terminal failure, <c>ingress</c> when it is Restate's; null when
    /// nobody said.
    /// </summary>
    public new string? Source { get; init; }

    /// <summary>The invocation's id, when there is one.</summary>
    public string? InvocationId { get; init; }

    /// <summary>The metadata of the handler's terminal failure.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMap.Strings;

    /// <summary>True when the error is the handler's own terminal failure.</summary>
    public bool IsFromInvocation => Source == InvocationSource;

    /// <summary>
    /// True when the same call may succeed later: there was no answer, or Restate is overloaded or unavailable. Whether it is safe to
    /// repeat is another question: with an idempotency key, yes.
    /// </summary>
    public bool IsRetryable => !IsFromInvocation && StatusCode is 0 or 408 or 429 or >= 500;

    internal const string InvocationSource = "invocation";
}
