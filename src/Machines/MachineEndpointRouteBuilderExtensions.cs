using Machines.Runtime;
using Machines.Schema;
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
    /// <exception cref="InvalidOperationException">Machines do not fit the services that their proto files declare for them; the message lists everything.</exception>
    public static IEndpointConventionBuilder MapMachines(this IEndpointRouteBuilder endpoints, params IEnumerable<DurableMachine> machines)
    {
        ArgumentNullException.ThrowIfNull(machines);
        DurableMachine[] all = [.. machines];
        ServiceCheck.Run(all);
        return endpoints.MapRestateEndpoint(all.Select(machine => new MachineObject(machine).Define()));
    }
}
