namespace Gateway.Security;

/// <summary>What a caller may be allowed to do with an instance. What an rpc needs follows from what it does, not from its name.</summary>
public enum MachineVerb
{
    /// <summary>
    /// Create an instance. One that resets an existing instance needs <see cref="Dispose"/> as well, and one that returns it <see cref="Snapshot"/>.
    /// </summary>
    Create,

    /// <summary>Send an event: a Send, an rpc that is itself an event, or a WaitFor with an event.</summary>
    Send,

    /// <summary>Read an instance's snapshot.</summary>
    Snapshot,

    /// <summary>
    /// Wait for an instance to meet a condition, and read the snapshot that does. With an event it needs <see cref="Send"/> as well, and to be told of
    /// changes on the way <see cref="Watch"/>.
    /// </summary>
    WaitFor,

    /// <summary>Follow an instance's revisions.</summary>
    Watch,

    /// <summary>Delete an instance.</summary>
    Dispose,

    /// <summary>Learn which machines there are and what they look like; about no instance.</summary>
    Describe,
}
