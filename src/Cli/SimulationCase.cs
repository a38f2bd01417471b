using System.Text.Json;
using System.Text.Json.Nodes;
using Statecharts;

namespace Machines.Cli;

/// <summary>Reads a case of the <c>simulate</c> format and runs it.</summary>
internal static class SimulationCase
{
    /// <exception cref="JsonFormatException">The case, or a machine in it, is not what it should be.</exception>
    /// <exception cref="DefinitionException">A machine is wrong.</exception>
    /// <param name="json">The case.</param>
    /// <param name="afterStep">Looks on after the start and after each step.</param>
    internal static JsonArray Run(JsonElement json, Action<Simulation>? afterStep = null)
    {
        var simulation = Load(json);
        var answers = new JsonArray();
        simulation.Start(json.TryGetProperty("input", out var input) ? ToNode(input) : null);
        Answer();
        if (!json.TryGetProperty("steps", out var steps))
            return answers;
        if (steps.ValueKind != JsonValueKind.Array)
            throw new JsonFormatException("steps", "must be a list.");
        var i = 0;
        foreach (var step in steps.EnumerateArray())
        {
            Take(simulation, step, $"steps[{i++}]");
            Answer();
        }
        return answers;

        void Answer()
        {
            answers.Add(simulation.TakeAnswer());
            afterStep?.Invoke(simulation);
        }
    }

    /// <summary>The case's instance, not yet started.</summary>
    internal static Simulation Load(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonFormatException("", "a case must be an object.");
        if (!json.TryGetProperty("machine", out var config))
            throw new JsonFormatException("machine", "is missing.");
        var actors = json.TryGetProperty("actors", out var machines) && machines.ValueKind == JsonValueKind.Object
            ? machines.EnumerateObject().ToDictionary(actor => actor.Name, actor => actor.Value)
            : [];
        return new Simulation(new ActorLibrary(actors).Load("machine", config));
    }

    private static void Take(Simulation simulation, JsonElement step, string path)
    {
        if (step.ValueKind != JsonValueKind.Object)
            throw new JsonFormatException(path, "a step must be an object.");
        if (step.TryGetProperty("advance", out var time))
        {
            if (time.ValueKind != JsonValueKind.Number)
                throw new JsonFormatException($"{path}.advance", "must be a number of milliseconds.");
            simulation.Advance(TimeSpan.FromMilliseconds(time.GetDouble()));
        }
        else if (step.TryGetProperty("resolve", out var resolved))
        {
            simulation.Resolve(Text(resolved, $"{path}.resolve"), step.TryGetProperty("output", out var output) ? ToNode(output) : null);
        }
        else if (step.TryGetProperty("reject", out var rejected))
        {
            var message = step.TryGetProperty("error", out var error) ? Text(error, $"{path}.error") : "";
            simulation.Reject(Text(rejected, $"{path}.reject"), new ActorError("Error", message));
        }
        else
        {
            simulation.Send(step, path);
        }
    }

    private static string Text(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new JsonFormatException(path, "must be text.");

    private static JsonNode? ToNode(JsonElement json) => (JsonNode?)JsonDataModel.Default.Read(json, null);
}
