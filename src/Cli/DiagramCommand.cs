using System.CommandLine;
using Statecharts;

namespace Machines.Cli;

/// <summary><c>machines diagram FILE --format mermaid|dot|svg [--state …]</c>.</summary>
internal static class DiagramCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "An XState config in JSON; - for stdin." };
        var format = new Option<string>("--format", "-f") { Description = "How to draw it.", DefaultValueFactory = _ => "mermaid" };
        format.AcceptOnlyFromAmong("mermaid", "dot", "svg");
        var states = new Option<string[]>("--state", "-s")
        {
            Description = "An active state to mark, by its dotted path; those around it are marked too. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("diagram", "Draws a machine.") { file, format, states };
        command.SetAction(result => Run(
            result.GetRequiredValue(file), result.GetRequiredValue(format), result.GetRequiredValue(states), Console.Out, Console.Error));
        return command;
    }

    internal static int Run(string file, string format, IEnumerable<string> states, TextWriter output, TextWriter error) => MachineFile.Use(
        file,
        machine =>
        {
            var active = new List<StateNode>();
            foreach (var path in states)
            {
                if (machine.FindState(path) is not { } state)
                {
                    error.WriteLine($"--state {path}: machine '{machine.Id}' has no such state.");
                    return ExitCodes.Usage;
                }
                for (var node = state; node is not null; node = node.Parent)
                    active.Add(node);
            }
            output.Write(format switch
            {
                "dot" => machine.ToDot(active),
                "svg" => machine.ToSvg(active),
                _ => machine.ToMermaid(active),
            });
            return ExitCodes.Ok;
        },
        error);
}
