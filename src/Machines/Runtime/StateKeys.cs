namespace Machines.Runtime;

/// <summary>The names of an instance's state keys. Users query the first two with <c>restate sql</c>.</summary>
internal static class StateKeys
{
    /// <summary>The id of the definition that the instance runs on, as JSON.</summary>
    public const string Version = "version";

    /// <summary>The snapshot, as JSON (<see cref="StoredSnapshot"/>).</summary>
    public const string Snapshot = "snapshot";

    /// <summary>Present, and <c>true</c>, once the instance was disposed of.</summary>
    public const string Disposed = "disposed";
}
