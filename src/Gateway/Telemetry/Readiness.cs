using Gateway.Descriptors;
using Gateway.Upstream;
using Rpc;

namespace Gateway.Telemetry;

/// <summary>
/// Whether the gateway is of use: it knows which machines there are, and an address of the ingress is well. <c>/readyz</c> and the
/// overall status of <c>grpc.health.v1</c> say the same.
/// </summary>
internal sealed class Readiness(MachineCatalog catalog, IngressPool ingress, RpcHealth health)
{
    /// <summary>What is missing; null when nothing is.</summary>
    public string? Problem =>
        !catalog.IsLoaded ? "Restate's admin API has not said yet which machines there are."
        : !ingress.IsReachable ? "No address of Restate's ingress is well."
        : null;

    public void Update() => health.SetStatus("", Problem is null ? ServingStatus.Serving : ServingStatus.NotServing);
}
