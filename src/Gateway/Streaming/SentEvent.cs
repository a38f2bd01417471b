using Gateway.Upstream;
using Rpc;

namespace Gateway.Streaming;

/// <summary>One event of a SendStream.</summary>
/// <param name="Key">The instance; what the request says, be it valid or not.</param>
/// <param name="IdempotencyKey">The event's, or the one that it was given.</param>
/// <param name="Request">What goes to the machine; null when the request is refused.</param>
/// <param name="Refusal">Why it is refused.</param>
internal sealed record SentEvent(string Key, string IdempotencyKey, MachineRequest? Request, RpcStatus? Refusal);
