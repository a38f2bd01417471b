using System.Text.Json;
using Machines;
using Statecharts;

namespace EndToEnd;

/// <summary>Workflows as people model them: regions side by side, children, ticks, deadlines, and what comes late.</summary>
public abstract class WorkflowScenarios(WorkflowScenarios.Fixture fixture)
{
    private readonly string _key = $"workflow-{Guid.NewGuid():N}";

    private sealed record Start;

    private sealed record Stop;

    private sealed record Reset;

    private sealed record Tick;

    private sealed record Next;

    private sealed record Bid(int Amount);

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

    /// <summary>Counts ticks that it sends itself, while it runs.</summary>
    private static DurableMachine Stopwatch()
    {
        var interval = TimeSpan.FromMilliseconds(20);
        var machine = new StateMachineBuilder<string, Data>("stopwatch").InitialTransition("stopped");
        machine.Root.Permit<Reset>("stopped", (data, _) => data.Number = 0);
        machine.Configure("stopped").Permit<Start>("running");
        machine.Configure("running")
            .OnEntry(run => run.Raise(new Tick(), interval, "tick"))
            .OnExit(run => run.Cancel("tick"))
            .InternalTransition<Tick>((data, _) => data.Number++, run => run.Raise(new Tick(), interval, "tick"))
            .Permit<Stop>("stopped");
        return new DurableMachine("stopwatch", machine.Build());
    }

    /// <summary>Two regions with a promise each; done when both are.</summary>
    private static DurableMachine Parallel()
    {
        var machine = new StateMachineBuilder<string, Data>("parallel").InitialTransition("both");
        machine.Configure("both").Parallel().OnDone("success");
        foreach (var (branch, milliseconds) in new[] { ("short", 10), ("long", 100) })
        {
            machine.Configure($"both.{branch}").InitialTransition($"both.{branch}.active");
            machine.Configure($"both.{branch}.active")
                .Invoke(After(branch), _ => milliseconds)
                    .OnDone($"both.{branch}.done", (data, _) => data.Steps.Add(branch));
            machine.Configure($"both.{branch}.done").Final();
        }

        machine.Configure("success").Final();
        return new DurableMachine("parallel", machine.Build());
    }

    /// <summary>Takes bids until its time is over.</summary>
    private static DurableMachine Auction()
    {
        var machine = new StateMachineBuilder<string, Data>("auction").Output(data => data.Number).InitialTransition("open");
        machine.Configure("open")
            .InternalTransitionIf<Bid>((data, bid) => bid.Amount > data.Number, (data, bid) => data.Number = bid.Amount)
            .Permit<Stop>("closing");
        machine.Configure("closing")
            .InternalTransitionIf<Bid>((data, bid) => bid.Amount > data.Number, (data, bid) => data.Number = bid.Amount)
            .After(TimeSpan.FromMilliseconds(50), "closed");
        machine.Configure("closed").Final();
        return new DurableMachine("auction", machine.Build());
    }

    /// <summary>A child machine with a promise of its own, a flow within the flow.</summary>
    private static DurableMachine Subflow()
    {
        var sub = new StateMachineBuilder<string, Data>("sub").Context<int>(number => new Data { Number = number }).Output(data => data.Number).InitialTransition("working");
        sub.Configure("working").Invoke(After("work"), data => data.Number).OnDone("done", (data, output) => data.Number = output + 1);
        sub.Configure("done").Final();

        var machine = new StateMachineBuilder<string, Data>("subflow").InitialTransition("first");
        machine.Configure("first").Invoke(sub.Build(), _ => 10).OnDone("second", (data, output) => data.Number += (int)output!);
        machine.Configure("second").Invoke(sub.Build(), data => data.Number).OnDone("done", (data, output) => data.Number = (int)output!);
        machine.Configure("done").Final();
        return new DurableMachine("subflow", machine.Build());
    }

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
    public async Task A_stopwatch_ticks_until_it_is_stopped()
    {
        await SendAsync("stopwatch", "START");
        await Eventually.BecomesTrueAsync(async () => Number(await SnapshotAsync("stopwatch")) >= 3, () => "three ticks");
        var stopped = await SendAsync("stopwatch", "STOP");
        var reset = await SendAsync("stopwatch", "RESET");
        Assert.Equal("stopped", Value(stopped));
        Assert.True(Number(stopped) >= 3);
        Assert.Equal(("stopped", 0), (Value(reset), Number(reset)));

        // The tick that was under way arrives, and is not wanted.
        await fixture.EndedAsync(_key, "deliver", times: Number(stopped) + 1);
        Assert.Equal(reset.GetRawText(), (await SnapshotAsync("stopwatch")).GetRawText());
    }

    [Fact]
    public async Task Regions_work_side_by_side_and_are_done_together()
    {
        await CreateAsync("parallel");
        var done = await DoneAsync("parallel");
        Assert.Equal("success", Value(done));
        Assert.Equal(["long", "short"], Steps(done).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_auction_takes_the_highest_bid_until_it_closes()
    {
        await SendAsync("auction", "BID", ", \"amount\": 10");
        await SendAsync("auction", "BID", ", \"amount\": 30");
        await SendAsync("auction", "BID", ", \"amount\": 20");
        await SendAsync("auction", "STOP");
        var closed = await DoneAsync("auction");
        Assert.Equal(30, closed.GetProperty("output").GetInt32());

        await SendAsync("auction", "BID", ", \"amount\": 40");
        Assert.Equal(closed.GetRawText(), (await SnapshotAsync("auction")).GetRawText());
    }

    [Fact]
    public async Task A_flow_within_the_flow_hands_its_output_on()
    {
        await CreateAsync("subflow");
        Assert.Equal(12, Number(await DoneAsync("subflow")));
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

    private static int Number(JsonElement snapshot) => snapshot.GetProperty("context").GetProperty("number").GetInt32();

    private static string[] Steps(JsonElement snapshot) =>
        [.. snapshot.GetProperty("context").GetProperty("steps").EnumerateArray().Select(step => step.GetString()!)];

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } = [Stopwatch(), Parallel(), Auction(), Subflow(), Stale(), Interruptible()];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Workflow_scenarios(WorkflowScenarios.NormalFixture fixture)
    : WorkflowScenarios(fixture), IClassFixture<WorkflowScenarios.NormalFixture>;

public sealed class Workflow_scenarios_under_forced_replay(WorkflowScenarios.ReplayFixture fixture)
    : WorkflowScenarios(fixture), IClassFixture<WorkflowScenarios.ReplayFixture>;
