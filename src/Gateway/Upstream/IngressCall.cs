using Restate.Sdk.Client;

namespace Gateway.Upstream;

/// <summary>Something to ask of an ingress, whichever it is.</summary>
/// <param name="ingress">The ingress.</param>
/// <param name="cancellationToken">Stops waiting.</param>
/// <exception cref="IngressException">The handler failed, Restate refused the call, or there was no answer.</exception>
internal delegate Task<IngressResponse> IngressCall(IngressClient ingress, CancellationToken cancellationToken);
