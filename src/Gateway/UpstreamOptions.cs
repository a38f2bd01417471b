namespace Gateway;

/// <summary>How the gateway reaches Restate, and what it does while Restate is down.</summary>
public sealed class UpstreamOptions
{
    /// <summary>
    /// Further ingress addresses of the same Restate cluster, beside <c>Gateway:Ingress</c>. A call goes to the healthy one with
    /// the fewest calls under way.
    /// </summary>
    public IList<Uri> FurtherIngresses { get; } = [];

    /// <summary>The token that Restate's ingress and admin API want, as Restate Cloud does. Prefer the file: it stays out of process listings.</summary>
    public string? BearerToken { get; set; }

    /// <summary>A file with that token. Read again when it changes.</summary>
    public string? BearerTokenFile { get; set; }

    /// <summary>
    /// How many unary calls at a time have a connection of their own to an ingress address, over HTTP/1.1, which costs both sides less; all
    /// others share connections of HTTP/2, as streams do. 0 where what is before Restate takes only HTTP/2 in clear text. Default: 128.
    /// </summary>
    public int Http1Connections { get; set; } = 128;

    /// <summary>How often each ingress address is asked whether it is well. Default: 1 s.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many calls or probes of an address fail in a row before it gets no more calls, until a probe succeeds. Default: 5.</summary>
    public int FailureThreshold { get; set; } = 5;

    /// <summary>
    /// How many retries of unary calls an outage may cost at most. Once they are spent, unary calls answer UNAVAILABLE at once;
    /// streams go on waiting. Default: 100.
    /// </summary>
    public int RetryBudget { get; set; } = 100;

    /// <summary>How much of a retry each call that succeeds earns back; each successful probe earns back a whole one. Default: 0.2.</summary>
    public double RetryRatio { get; set; } = 0.2;
}
