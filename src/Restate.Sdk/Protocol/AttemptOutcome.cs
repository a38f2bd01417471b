namespace Restate.Sdk.Protocol;

/// <summary>How an attempt ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>It has not, or its request was aborted.</summary>
    None,

    /// <summary>The invocation ended with a value.</summary>
    Succeeded,

    /// <summary>The invocation ended with a terminal failure.</summary>
    Failed,

    /// <summary>The attempt waits for something and goes on in another one.</summary>
    Suspended,

    /// <summary>The attempt failed; Restate tries again.</summary>
    Error,
}
