using Restate.Sdk.Protocol;

namespace Restate.Sdk.Hosting;

/// <summary>Options of the endpoint that Restate calls.</summary>
public sealed class RestateEndpointOptions
{
    /// <summary>
    /// The public keys of the Restate environments that may call this endpoint, each in the form <c>publickeyv1_…</c>. More than one
    /// while keys are rotated. Without any, everybody who reaches the port may call.
    /// </summary>
    public IList<string> IdentityKeys { get; } = [];

    /// <summary>The largest message taken in, in bytes: limits inputs, state values and answers of calls. 32 MiB by default.</summary>
    public int MaxMessageSize { get; set; } = MachineOptions.DefaultMaxMessageSize;

    /// <summary>
    /// True (the default) to make the server stream answers into a running attempt; false for request/response, in which every await
    /// ends the attempt and a new one continues. For hosts that cannot stream both ways.
    /// </summary>
    public bool BidirectionalStreaming { get; set; } = true;

    /// <summary>
    /// True (the default) to compare values too when a replay is checked against its journal. False where serializers do not give the
    /// same bytes each time.
    /// </summary>
    public bool CheckPayloadsInReplay { get; set; } = true;
}
