namespace Gateway;

/// <summary>How WaitFor, Watch and SendStream behave.</summary>
public sealed class StreamOptions
{
    /// <summary>How often an idle WaitFor sends a heartbeat, and an idle Watch its progress. Default: 30 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the gateway waits in Restate for the next change of a watched instance before it asks anew; what is left there of a
    /// gateway that died is gone after it. Default: 5 min.
    /// </summary>
    public TimeSpan UpstreamWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many changes of a watched instance are kept at most for watchers that read slowly. Who falls further behind is told what
    /// Restate still has. Default: 16.
    /// </summary>
    public int WatchBacklog { get; set; } = 16;

    /// <summary>How many events of one SendStream are under way before the next is read. Default: 64.</summary>
    public int SendStreamConcurrency { get; set; } = 64;
}
