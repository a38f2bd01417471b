using Machines.Runtime;
using Machines.Schema;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Hosting;

namespace Machines;

/// <summary>Serves machines to Restate.</summary>
public static class MachineEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves machines as virtual objects. Register the application's address with Restate afterwards
    /// (<c>restate deployments register</c>).
    /// </summary>
    /// <remarks>
    /// What is doubtful goes to the log: about their definitions (<see cref="Statecharts.StateMachine.Warnings"/>), and that a proto file with
    /// services has none for a machine.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Machines do not fit the services that their proto files declare for them; the message lists everything.</exception>
    public static IEndpointConventionBuilder MapMachines(this IEndpointRouteBuilder endpoints, params IEnumerable<DurableMachine> machines)
    {
        ArgumentNullException.ThrowIfNull(machines);
        DurableMachine[] all = [.. machines];
        ServiceCheck.Run(all);
        LogDoubts(endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>(), all);
        return endpoints.MapRestateEndpoint(all.Select(machine => new MachineObject(machine).Define()));
    }

    private static void LogDoubts(ILoggerFactory loggers, IEnumerable<DurableMachine> machines)
    {
        var logger = loggers.CreateLogger(nameof(Machines));
        foreach (var machine in machines)
        {
            if (ServiceCheck.FileWithoutService(machine) is { } file)
                MachineLog.Untyped(logger, machine.Name, file);
            foreach (var definition in machine.Definitions)
            {
                foreach (var warning in definition.Warnings)
                    MachineLog.Doubtful(logger, machine.Name, definition.Id, warning);
            }
        }
    }
}
