namespace Restate.Sdk;

/// <summary>What the server does with an invocation whose attempts are used up.</summary>
public enum OnMaxAttempts
{
    /// <summary>Keep it, paused, until somebody resumes or kills it.</summary>
    Pause,

    /// <summary>End it with the last failure.</summary>
    Kill,
}
