using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Machines.Cli;

/// <summary><c>machines simulate</c>: cases in on stdin, answers out on stdout, a line of JSON each.</summary>
internal static class SimulateCommand
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Command Create()
    {
        var command = new Command("simulate", "Runs the cases on stdin, a line of JSON each, and answers each with a line on stdout.");
        command.SetAction(_ =>
        {
            using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
            using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            Run(input, output);
            return 0;
        });
        return command;
    }

    internal static void Run(TextReader input, TextWriter output)
    {
        while (input.ReadLine() is { } line)
        {
            if (line.AsSpan().Trim().Length == 0)
                continue;
            output.Write(Answer(line).ToJsonString(s_json));
            output.Write('\n');
            // A program that talks to this one, case by case, must not wait for a full buffer.
            output.Flush();
        }
    }

    /// <summary>The answer to a case; an answer that says why, to one that cannot be run.</summary>
    internal static JsonObject Answer(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return new JsonObject { ["steps"] = SimulationCase.Run(json.RootElement) };
        }
        // Whatever is wrong with one case, the next ones want their answers.
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new JsonObject { ["error"] = exception.Message };
        }
    }
}
