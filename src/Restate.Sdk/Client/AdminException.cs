namespace Restate.Sdk.Client;

/// <summary>The admin API's answer was an error, or there was none.</summary>
public sealed class AdminException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public AdminException()
        : this("The request to the admin API failed.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    public AdminException(string message)
        : this(message, null)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public AdminException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int StatusCode { get; init; }

    /// <summary>Restate's own code for the error, such as <c>META0003</c>, when it has one.</summary>
    public string? RestateCode { get; init; }
}
