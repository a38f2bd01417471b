namespace Restate.Sdk.Protocol;

/// <summary>What an attempt that awaits something can do next.</summary>
internal enum ProgressKind
{
    /// <summary>One of the awaited nodes has its outcome.</summary>
    Resolved,

    /// <summary>The invocation was cancelled.</summary>
    Cancelled,

    /// <summary>An awaited run has to be executed.</summary>
    ExecuteRun,

    /// <summary>Only more input, or the end of an executing run, can help.</summary>
    Wait,

    /// <summary>The attempt is over: it suspended or failed.</summary>
    Closed,
}

/// <param name="Kind">What to do.</param>
/// <param name="Index">Which awaited node is resolved.</param>
/// <param name="Run">Which run to execute.</param>
internal readonly record struct Progress(ProgressKind Kind, int Index = -1, PendingRun? Run = null);
