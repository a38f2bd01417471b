using System.Text.Json;
using Machines;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>Fills a glass with water, a bit at a time. Nothing of it is protobuf: states, context and input are plain C#.</summary>
public abstract class GlassWorkflow(WorkflowHost host) : Workflow(host)
{
    internal static DurableMachine Machine { get; } = new("glass", Define());

    private enum GlassState
    {
        CheckIfFull,
        AddWater,
        GlassFull,
    }

    private sealed record Counts(int Current, int Max);

    private sealed class Glass
    {
        public required Counts Counts { get; set; }
    }

    private static StateMachine Define()
    {
        var machine = new StateMachineBuilder<GlassState, Glass>("glass")
            .Context<Counts>(counts => new Glass { Counts = counts })
            .InitialTransition(GlassState.CheckIfFull);
        machine.Configure(GlassState.CheckIfFull)
            .AlwaysIf(GlassState.AddWater, (glass, _) => glass.Counts.Current < glass.Counts.Max)
            .Always(GlassState.GlassFull);
        machine.Configure(GlassState.AddWater)
            .After(TimeSpan.FromMilliseconds(10), GlassState.CheckIfFull, (glass, _) => glass.Counts = glass.Counts with { Current = glass.Counts.Current + 1 });
        machine.Configure(GlassState.GlassFull).Final();
        return machine.Build();
    }

    [Fact]
    public async Task A_glass_is_filled_bit_by_bit()
    {
        Assert.Equal("addWater", (await CreateAsync(current: 0, max: 10)).GetProperty("value").GetString());
        var full = await CallAsync("glass", "waitFor", """{"condition": "done"}""");
        Assert.Equal("glassFull", full.GetProperty("value").GetString());
        Assert.Equal("""{"counts":{"current":10,"max":10}}""", full.GetProperty("context").GetRawText());
        Assert.Equal(11, full.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_glass_that_is_full_takes_no_more()
    {
        var full = await CreateAsync(current: 10, max: 10);
        Assert.Equal(("done", "glassFull"), (full.GetProperty("status").GetString(), full.GetProperty("value").GetString()));
        Assert.Equal("""{"counts":{"current":10,"max":10}}""", full.GetProperty("context").GetRawText());
    }

    private Task<JsonElement> CreateAsync(int current, int max) =>
        CallAsync("glass", "create", $$$"""{"input": {"current": {{{current}}}, "max": {{{max}}}}}""");
}

[Collection(NormalWorkflows.Name)]
public sealed class Glass_workflow(NormalWorkflowHost host) : GlassWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Glass_workflow_under_forced_replay(ReplayWorkflowHost host) : GlassWorkflow(host);
