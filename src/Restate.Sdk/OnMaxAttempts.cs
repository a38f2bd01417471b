namespace Restate.Sdk;

/// <summary>What happens when an invocation's or a run's attempts are used up.</summary>
public enum OnMaxAttempts
{
    /// <summary>The invocation stays, paused, until somebody resumes or kills it.</summary>
    Pause,

    /// <summary>The invocation or run ends with the last failure.</summary>
    Kill,
}
