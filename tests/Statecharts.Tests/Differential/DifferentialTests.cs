using System.Text.Json;
using System.Text.Json.Nodes;
using Machines.Cli;

namespace Statecharts.Tests.Differential;

/// <summary>
/// Two thousand random machines, thirty steps each, and a few written by hand, against what XState 5.33 makes of them
/// (golden.mjs wrote the answers).
/// </summary>
public class DifferentialTests
{
    private static readonly string[] s_cases = Golden.Cases;
    private static readonly string[] s_answers = Golden.Answers;

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

    private static List<string> Differences(bool restoreAtEveryStep)
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
}
