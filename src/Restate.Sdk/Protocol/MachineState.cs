namespace Restate.Sdk.Protocol;

internal enum MachineState
{
    /// <summary>The start message has not come yet.</summary>
    WaitingStart,

    /// <summary>The journal has not come in full.</summary>
    WaitingJournal,

    /// <summary>The code runs; its commands are checked against the journal's.</summary>
    Replaying,

    /// <summary>The code runs; its commands are new.</summary>
    Processing,

    /// <summary>The last message has been written.</summary>
    Closed,
}
