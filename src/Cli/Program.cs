using System.CommandLine;

namespace Machines.Cli;

/// <summary>The <c>machines</c> tool.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        var root = new RootCommand("Works with state machines: runs them, draws them, checks them.")
        {
            SimulateCommand.Create(),
            DiagramCommand.Create(),
            ValidateCommand.Create(),
        };
        var parsed = root.Parse(args);
        var exitCode = parsed.Invoke();
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
    }
}
