using System.CommandLine;

namespace Machines.Cli;

/// <summary>The <c>machines</c> tool.</summary>
static class Program
{
    static int Main(string[] args)
    {
        var root = new RootCommand("Works with state machines: runs them, draws them, checks them.")
        {
            SimulateCommand.Create(),
        };
        return root.Parse(args).Invoke();
    }
}
