using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Machines.Cli;

namespace Statecharts.Tests.Differential;

/// <summary>
/// Two thousand random machines, thirty steps each, against what XState 5.33 makes of them (golden.mjs wrote both files).
/// </summary>
public class DifferentialTests
{
    static readonly string[] s_cases = ReadLines("cases.jsonl.gz");
    static readonly string[] s_answers = ReadLines("answers.jsonl.gz");

    [Fact]
    public void Every_machine_does_what_it_does_in_XState()
    {
        Assert.True(s_cases.Length >= 2000, $"only {s_cases.Length} cases");
        Assert.Equal(s_cases.Length, s_answers.Length);

        Assert.Empty(Differences(restoreAtEveryStep: false));
    }

    [Fact]
    public void Restoring_from_JSON_at_every_step_makes_no_difference()
    {
        Assert.Empty(Differences(restoreAtEveryStep: true));
    }

    [Fact]
    public void Every_configuration_on_the_way_is_legal()
    {
        var problems = new List<string>();
        for (var i = 0; i < s_cases.Length; i++)
        {
            using var json = JsonDocument.Parse(s_cases[i]);
            SimulationCase.Run(json.RootElement, simulation =>
            {
                foreach (var snapshot in Machines(simulation.Snapshot))
                {
                    if (!IsLegal(snapshot))
                        problems.Add($"case {i}: {string.Join(' ', snapshot.ActivePaths)}");
                }
            });
        }
        Assert.Empty(problems);
    }

    static List<string> Differences(bool restoreAtEveryStep)
    {
        var differences = new List<string>();
        for (var i = 0; i < s_cases.Length; i++)
        {
            using var json = JsonDocument.Parse(s_cases[i]);
            var actual = SimulationCase.Run(json.RootElement, restoreAtEveryStep ? simulation => simulation.Restore() : null);
            var expected = JsonNode.Parse(s_answers[i])!["steps"]!.AsArray();
            var step = Enumerable.Range(0, expected.Count).FirstOrDefault(s => !JsonNode.DeepEquals(expected[s], actual[s]), -1);
            if (step >= 0)
                differences.Add($"case {i}, answer {step}:\n  XState {expected[step]?.ToJsonString()}\n  here   {actual[step]?.ToJsonString()}");
        }
        return differences;
    }

    static IEnumerable<Snapshot> Machines(Snapshot snapshot) =>
        snapshot.Children.Select(child => child.Snapshot).OfType<Snapshot>().SelectMany(Machines).Prepend(snapshot);

    static bool IsLegal(Snapshot snapshot)
    {
        var active = snapshot.ActiveStates.Prepend(snapshot.Machine.Root).ToHashSet();
        return snapshot.Status == ActorStatus.Error || active.All(node =>
            (node.Parent is null || active.Contains(node.Parent))
            && node.Kind != StateNodeKind.History
            && node.Children.Count(active.Contains) == node.Kind switch
            {
                StateNodeKind.Compound => 1,
                StateNodeKind.Parallel => node.Children.Count(child => child.Kind != StateNodeKind.History),
                _ => 0,
            });
    }

    static string[] ReadLines(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Differential", name));
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
