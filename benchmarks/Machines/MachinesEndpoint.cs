using ExampleMachines;
using Statecharts;

namespace Machines.Benchmarks;

/// <summary>Our machines, hosted as users host them: the counter of the examples, and a door that an event closes.</summary>
internal static class MachinesEndpoint
{
    public const string Command = "machines";

    private enum DoorState
    {
        Open,
        Closed,
    }

    private sealed record Close;

    /// <summary>Serves until the standard input ends; the address is the first line of the output.</summary>
    public static async Task ServeAsync()
    {
        await using var app = MachineHost.Create(
            ["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Error"], CounterMachine.Definition, new DurableMachine("door", Door()));
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
    }

    private static StateMachine Door()
    {
        var machine = new StateMachineBuilder<DoorState, object>("door").InitialTransition(DoorState.Open);
        machine.Configure(DoorState.Open).Permit<Close>(DoorState.Closed);
        machine.Configure(DoorState.Closed).Final();
        return machine.Build();
    }
}
