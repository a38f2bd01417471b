using Gateway.Telemetry;
using Rpc;

namespace Gateway;

/// <summary>Maps the gateway's endpoints.</summary>
public static class MachineGatewayEndpointRouteBuilderExtensions
{
    /// <summary>Serves the machines' services, reflection and gRPC health, <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
    public static IEndpointRouteBuilder MapMachineGateway(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapMachineGatewayTelemetry();
        endpoints.MapRpc();
        return endpoints;
    }
}
