using System.CommandLine;
using Gateway.Descriptors;
using Google.Protobuf.Reflection;
using Machines.Schema;
using Statecharts;

namespace Machines.Cli;

/// <summary><c>machines validate FILE [--descriptors FILE [--object NAME]]</c>.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "An XState config in JSON; - for stdin." };
        var descriptors = new Option<string?>("--descriptors", "-d")
        {
            Description = "A FileDescriptorSet with the machine's typed service and its imports, as buf build writes it: the machine's events and states must be the service's.",
        };
        var name = new Option<string?>("--object", "-o") { Description = "The service's option machines.v1.object. Default: the machine's id." };
        var command = new Command("validate", "Checks a machine. Problems go to stderr, a line each, with the JSON path first; the exit code is 1 if it is wrong.")
        {
            file,
            descriptors,
            name,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(file), result.GetValue(descriptors), result.GetValue(name), Console.Out, Console.Error));
        return command;
    }

    internal static int Run(string file, string? descriptors, string? name, TextWriter output, TextWriter error) => MachineFile.Use(
        file,
        machine =>
        {
            if (name is not null && descriptors is null)
            {
                error.WriteLine("--object: names a service of --descriptors, which is missing.");
                return ExitCodes.Usage;
            }

            foreach (var warning in machine.Warnings)
                error.WriteLine($"warning: {warning}");
            var exitCode = descriptors is null ? ExitCodes.Ok : CompareWithService(machine, descriptors, name ?? machine.Id, error);
            if (exitCode == ExitCodes.Ok)
                output.WriteLine($"{machine.Id}: {Count(machine)} states, {machine.EventTypes.Count} events");
            return exitCode;
        },
        error);

    private static int CompareWithService(StateMachine machine, string file, string name, TextWriter error)
    {
        IReadOnlyList<FileDescriptor> files;
        try
        {
            files = DescriptorSets.Read(File.ReadAllBytes(file));
        }
        catch (InvalidDataException exception)
        {
            error.WriteLine($"{file}: {exception.Message}");
            return ExitCodes.Usage;
        }

        ServiceDescriptor[] services = [.. files.SelectMany(proto => proto.Services).Where(service => ServiceRules.IsFor(service, name))];
        if (services.Length == 0)
        {
            error.WriteLine($"{file}: no service has the option machines.v1.object = \"{name}\"; --object names another.");
            return ExitCodes.Usage;
        }

        string[] mismatches = [.. services.SelectMany(service => ServiceRules.Mismatches(machine, service)).Distinct()];
        foreach (var mismatch in mismatches)
            error.WriteLine(mismatch);
        return mismatches.Length == 0 ? ExitCodes.Ok : ExitCodes.Invalid;
    }

    private static int Count(StateMachine machine) => machine.States.Count - 1;
}
