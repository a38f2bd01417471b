namespace Restate.Sdk.Server;

/// <summary>The Restate server could not be started.</summary>
public sealed class RestateServerException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public RestateServerException()
        : this("The Restate server could not be started.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong and how to fix it.</param>
    public RestateServerException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong and how to fix it.</param>
    /// <param name="innerException">The cause.</param>
    public RestateServerException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
