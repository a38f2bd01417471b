using Machines.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Restate.Sdk.Hosting;

namespace Machines;

/// <summary>Serves machines to Restate.</summary>
public static class MachineEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves machines as virtual objects. Register the application's address with Restate afterwards
    /// (<c>restate deployments register</c>).
    /// </summary>
    public static IEndpointConventionBuilder MapMachines(this IEndpointRouteBuilder endpoints, params IEnumerable<DurableMachine> machines)
    {
        ArgumentNullException.ThrowIfNull(machines);
        return endpoints.MapRestateEndpoint(machines.Select(machine => new MachineObject(machine).Define()));
    }
}
