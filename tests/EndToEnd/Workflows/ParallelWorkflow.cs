using System.Text.Json;
using Machines;
using Restate.Sdk;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>Two branches work side by side; it succeeds when both have, and fails when one does. States are named by text.</summary>
public abstract class ParallelWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly DurablePromise<Work, string> Do = new("work", async (context, work) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(work.Milliseconds));
        return work.Milliseconds > 0 ? work.Branch : throw new TerminalException(422, $"the {work.Branch} branch has nothing to do");
    });

    internal static DurableMachine Machine { get; } = new("parallel", Define());

    private sealed record Work(string Branch, int Milliseconds);

    private sealed record Delays(int Short, int Long);

    private sealed class Plan
    {
        public required Delays Delays { get; set; }

        public List<string> Done { get; set; } = [];

        public string? Failure { get; set; }
    }

    private static StateMachine Define()
    {
        var machine = new StateMachineBuilder<string, Plan>("parallel")
            .Context<Delays>(delays => new Plan { Delays = delays })
            .InitialTransition("parallelExec");
        machine.Configure("parallelExec").Parallel().OnDone("success");
        Branch("short", delays => delays.Short);
        Branch("long", delays => delays.Long);
        machine.Configure("success").Final();
        machine.Configure("failure").Final();
        return machine.Build();

        void Branch(string name, Func<Delays, int> delay)
        {
            machine.Configure($"parallelExec.{name}").InitialTransition($"parallelExec.{name}.active");
            machine.Configure($"parallelExec.{name}.active")
                .Invoke(Do, plan => new Work(name, delay(plan.Delays)))
                    .OnDone($"parallelExec.{name}.done", (plan, branch) => plan.Done.Add(branch))
                    .OnError("failure", (plan, error) => plan.Failure = error.Message);
            machine.Configure($"parallelExec.{name}.done").Final();
        }
    }

    [Fact]
    public async Task Branches_work_side_by_side_and_are_done_together()
    {
        var created = await CreateAsync(10, 100);
        Assert.Equal("""{"parallelExec":{"short":"active","long":"active"}}""", created.GetProperty("value").GetRawText());

        var done = await CallAsync("parallel", "waitFor", """{"condition": "done"}""");
        Assert.Equal("success", done.GetProperty("value").GetString());
        Assert.Equal(["long", "short"], BranchesOf(done).Order(StringComparer.Ordinal));
        Assert.Equal(3, done.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_branch_that_is_done_waits_for_the_other()
    {
        await CreateAsync(10, 3_600_000);
        var half = await CallAsync("parallel", "waitFor", """{"condition": "matches:parallelExec.short.done"}""");
        Assert.Equal("""{"parallelExec":{"short":"done","long":"active"}}""", half.GetProperty("value").GetRawText());
        Assert.Equal("active", half.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_branch_that_fails_ends_the_other()
    {
        await CreateAsync(0, 3_600_000);
        var failed = await CallAsync("parallel", "waitFor", """{"condition": "done"}""");
        Assert.Equal("failure", failed.GetProperty("value").GetString());
        Assert.Equal("the short branch has nothing to do", failed.GetProperty("context").GetProperty("failure").GetString());

        await Host.EndedAsync(Key, "invokePromise", times: 2);
        Assert.Equal(failed.GetRawText(), (await CallAsync("parallel", "snapshot")).GetRawText());
        Assert.Empty(BranchesOf(failed));
    }

    private Task<JsonElement> CreateAsync(int shortDelay, int longDelay) =>
        CallAsync("parallel", "create", $$$"""{"input": {"short": {{{shortDelay}}}, "long": {{{longDelay}}}}}""");

    private static IEnumerable<string?> BranchesOf(JsonElement snapshot) =>
        snapshot.GetProperty("context").GetProperty("done").EnumerateArray().Select(branch => branch.GetString());
}

[Collection(NormalWorkflows.Name)]
public sealed class Parallel_workflow(NormalWorkflowHost host) : ParallelWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Parallel_workflow_under_forced_replay(ReplayWorkflowHost host) : ParallelWorkflow(host);
