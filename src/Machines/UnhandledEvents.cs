namespace Machines;

/// <summary>What becomes of an event that the machine knows, but does not handle where it is.</summary>
public enum UnhandledEvents
{
    /// <summary>It changes nothing, and its sender gets the snapshot: XState's way.</summary>
    Ignore,

    /// <summary>Its sender gets a 400 that names what the machine does handle. What a state ignores in so many words (<c>Ignore</c>) is handled.</summary>
    Reject,
}
