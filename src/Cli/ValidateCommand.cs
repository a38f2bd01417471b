using System.CommandLine;
using Statecharts;

namespace Machines.Cli;

/// <summary><c>machines validate FILE</c>.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "An XState config in JSON; - for stdin." };
        var command = new Command("validate", "Checks a machine. Problems go to stderr, a line each, with the JSON path first; the exit code is 1 if it is wrong.")
        {
            file,
        };
        command.SetAction(result => Run(result.GetRequiredValue(file), Console.Out, Console.Error));
        return command;
    }

    internal static int Run(string file, TextWriter output, TextWriter error) => MachineFile.Use(
        file,
        machine =>
        {
            foreach (var warning in machine.Warnings)
                error.WriteLine($"warning: {warning}");
            output.WriteLine($"{machine.Id}: {Count(machine)} states, {machine.EventTypes.Count} events");
            return ExitCodes.Ok;
        },
        error);

    private static int Count(StateMachine machine) => machine.States.Count - 1;
}
