using System.Reflection;
using System.Text.Json;
using Machines.Cli;
using Statecharts;

namespace EndToEnd.RandomRuns;

/// <summary>A random machine and a random run of it, of the generator whose cases the engine is compared with XState by.</summary>
/// <param name="Seed">What the generator makes it of.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Happenings">The run, as the pure engine sees it.</param>
internal sealed record RandomCase(int Seed, StateMachine Machine, IReadOnlyList<Happening> Happenings)
{
    private static readonly string s_generator = Path.Combine(
        typeof(RandomCase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!,
        "tests/Statecharts.Tests/Differential");

    /// <summary>The virtual object's name.</summary>
    public string Name => $"random-{Seed}";

    public static async Task<IReadOnlyList<RandomCase>> MakeAsync(int firstSeed, int count)
    {
        var lines = await ChildProcess.RunAsync("node", ["cases.mjs", $"{count}", $"{firstSeed}"], s_generator);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, i) => Read(firstSeed + i, line))];
    }

    private static RandomCase Read(int seed, string line)
    {
        using var json = JsonDocument.Parse(line);
        var configs = json.RootElement.TryGetProperty("actors", out var actors)
            ? actors.EnumerateObject().ToDictionary(actor => actor.Name, actor => actor.Value.Clone())
            : [];
        var machine = new ActorLibrary(configs, HeldPromises.All).Load("machine", json.RootElement.GetProperty("machine").Clone());
        return new RandomCase(seed, machine, PureRun.Of(machine, json.RootElement.GetProperty("steps")));
    }
}
