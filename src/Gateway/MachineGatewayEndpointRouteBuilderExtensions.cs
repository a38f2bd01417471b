using Gateway.Security;
using Gateway.Telemetry;
using Rpc;

namespace Gateway;

/// <summary>Maps the gateway's endpoints.</summary>
public static class MachineGatewayEndpointRouteBuilderExtensions
{
    /// <summary>Serves the machines' services, reflection and gRPC health, <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
    /// <returns>
    /// For conventions that apply to every call: CORS, or <c>RequireAuthorization</c> with the application's own authentication. Health
    /// and metrics stay open to everybody.
    /// </returns>
    public static IEndpointConventionBuilder MapMachineGateway(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapMachineGatewayTelemetry();
        var calls = endpoints.MapRpc();
        endpoints.ServiceProvider.GetRequiredService<CallGuard>().Guard(calls);
        return calls;
    }
}
