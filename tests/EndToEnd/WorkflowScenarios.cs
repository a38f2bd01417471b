using System.Text.Json;
using Machines;
using Statecharts;

namespace EndToEnd;

/// <summary>Workflows that are interrupted, and what comes late.</summary>
public abstract class WorkflowScenarios(WorkflowScenarios.Fixture fixture)
{
    private readonly string _key = $"workflow-{Guid.NewGuid():N}";

    private sealed record Start;

    private sealed record Stop;

    private sealed record Next;

    private sealed class Data
    {
        public int Number { get; set; }

        public List<string> Steps { get; set; } = [];
    }

    private static DurablePromise<int, int> After(string name) => new(name, async (context, milliseconds) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(milliseconds));
        return milliseconds;
    });

    /// <summary>Re-enters a state whose promise runs: the first run's result is nobody's.</summary>
    private static DurableMachine Stale()
    {
        var machine = new StateMachineBuilder<string, Data>("stale").InitialTransition("working");
        machine.Configure("working")
            .PermitReentry<Next>((data, _) => data.Number++)
            .Invoke(After("work"), data => data.Number == 0 ? 60_000 : 10)
                .OnDone("done", (data, output) => data.Steps.Add($"{output}"));
        machine.Configure("done").Final();
        return new DurableMachine("stale", machine.Build());
    }

    /// <summary>Comes back to where it was when it was interrupted.</summary>
    private static DurableMachine Interruptible()
    {
        var machine = new StateMachineBuilder<string, Data>("interruptible").InitialTransition("flow");
        machine.Configure("flow").InitialTransition("flow.one").Permit<Stop>("paused");
        machine.Configure("flow.one").Permit<Next>("flow.two");
        machine.Configure("flow.two").Permit<Next>("flow.three");
        machine.Configure("flow.three");
        machine.Configure("flow.last").History();
        machine.Configure("paused").Permit<Start>("flow.last");
        return new DurableMachine("interruptible", machine.Build());
    }

    [Fact]
    public async Task The_result_of_a_run_that_was_left_is_never_taken()
    {
        await CreateAsync("stale");
        await SendAsync("stale", "NEXT");
        Assert.Equal(["10"], Steps(await DoneAsync("stale")));
        await fixture.EndedAsync(_key, "settle", times: 2);
        Assert.Equal(["10"], Steps(await SnapshotAsync("stale")));
    }

    [Fact]
    public async Task A_flow_resumes_where_it_was_interrupted()
    {
        await SendAsync("interruptible", "NEXT");
        Assert.Equal("paused", Value(await SendAsync("interruptible", "STOP")));
        var resumed = await SendAsync("interruptible", "START");
        Assert.Equal("""{"flow":"two"}""", resumed.GetProperty("value").GetRawText());
    }

    private Task<JsonElement> CreateAsync(string machine) => fixture.Host.CallAsync(machine, _key, "create");

    private Task<JsonElement> SnapshotAsync(string machine) => fixture.Host.CallAsync(machine, _key, "snapshot");

    private Task<JsonElement> DoneAsync(string machine) => fixture.Host.CallAsync(machine, _key, "waitFor", """{"condition": "done"}""");

    private Task<JsonElement> SendAsync(string machine, string type, string fields = "") =>
        fixture.Host.CallAsync(machine, _key, "send", $$$"""{"event": {"type": "{{{type}}}"{{{fields}}}}}""");

    private static string? Value(JsonElement snapshot) => snapshot.GetProperty("value").GetString();

    private static string[] Steps(JsonElement snapshot) =>
        [.. snapshot.GetProperty("context").GetProperty("steps").EnumerateArray().Select(step => step.GetString()!)];

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } = [Stale(), Interruptible()];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Workflow_scenarios(WorkflowScenarios.NormalFixture fixture)
    : WorkflowScenarios(fixture), IClassFixture<WorkflowScenarios.NormalFixture>;

public sealed class Workflow_scenarios_under_forced_replay(WorkflowScenarios.ReplayFixture fixture)
    : WorkflowScenarios(fixture), IClassFixture<WorkflowScenarios.ReplayFixture>;
