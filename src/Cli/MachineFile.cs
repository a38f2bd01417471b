using System.Text.Json;
using Statecharts;

namespace Machines.Cli;

/// <summary>Reads a machine from a file, and reports what is wrong with it.</summary>
internal static class MachineFile
{
    /// <summary>Loads a machine for a command, which gets it only if it is right.</summary>
    /// <param name="path">The file; <c>-</c> is stdin.</param>
    /// <param name="use">The command.</param>
    /// <param name="error">Where problems are written, a line each, with the JSON path first.</param>
    internal static int Use(string path, Func<StateMachine, int> use, TextWriter error)
    {
        try
        {
            using var json = JsonDocument.Parse(path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path));
            return use(StateMachine.Load(json.RootElement));
        }
        catch (DefinitionException exception)
        {
            foreach (var problem in exception.Errors)
                error.WriteLine(problem);
            return ExitCodes.Invalid;
        }
        catch (Exception exception) when (exception is JsonException or JsonFormatException)
        {
            error.WriteLine(exception.Message);
            return ExitCodes.Invalid;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(exception.Message);
            return ExitCodes.Usage;
        }
    }
}
