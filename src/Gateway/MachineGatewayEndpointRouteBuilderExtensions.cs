using Rpc;

namespace Gateway;

/// <summary>Maps the gateway's endpoints.</summary>
public static class MachineGatewayEndpointRouteBuilderExtensions
{
    /// <summary>Serves the machines' services, reflection and gRPC health, and <c>/healthz</c>.</summary>
    public static IEndpointRouteBuilder MapMachineGateway(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapHealthChecks("/healthz");
        endpoints.MapRpc();
        return endpoints;
    }
}
