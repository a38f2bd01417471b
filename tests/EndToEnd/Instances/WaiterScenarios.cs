using System.Text.Json;
using Machines;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>However a wait ends, it leaves nothing behind, and an event that came with it was processed or was not.</summary>
public abstract class WaiterScenarios(InstancesHost host)
{
    private const string WaitAndCount = """{"condition": "hasTag:never", "event": {"type": "COUNT"}}""";

    private readonly string _key = $"waiter-{Guid.NewGuid():N}";

    private enum State
    {
        Open,
        Closed,
    }

    private sealed record Count;

    private sealed record Hold(string Gate);

    private sealed record Finish;

    private sealed class Data
    {
        public int Count { get; set; }
    }

    internal static IEnumerable<DurableMachine> Machines { get; } = [new DurableMachine("desk", Desk())];

    private static StateMachine Desk()
    {
        var machine = new StateMachineBuilder<State, Data>("desk").InitialTransition(State.Open);
        machine.Configure(State.Open)
            .InternalTransition<Count>((data, _) => data.Count++)
            .InternalTransition<Hold>(actions: run => run.Execute(Gate.Wait, (_, hold) => hold.Gate))
            .Permit<Finish>(State.Closed, (data, _) => data.Count++);
        machine.Configure(State.Closed).Final();
        return machine.Build();
    }

    [Fact]
    public async Task A_waiter_that_is_cancelled_leaves_no_trace()
    {
        await CallAsync("create");
        var waiting = CallAsync("waitFor", WaitAndCount);
        await host.EndedAsync(_key, "subscribe");
        Assert.Contains("waiters", (await host.StateAsync("desk", _key))["snapshot"], StringComparison.Ordinal);

        await CancelAsync(waiting);
        await host.EndedAsync(_key, "unsubscribe");
        await AssertHasCountedAsync(1);
    }

    [Fact]
    public async Task A_waiter_that_is_cancelled_before_its_turn_leaves_no_trace_and_withdraws_its_event()
    {
        var busy = await KeepBusyAsync();
        var waiting = CallAsync("waitFor", WaitAndCount);
        await host.InvocationsAsync(_key, "subscribe");

        await CancelAsync(waiting);
        Gate.Open(_key);
        await busy;
        await host.EndedAsync(_key, "unsubscribe");
        await AssertHasCountedAsync(0);
    }

    [Fact]
    public async Task A_subscription_that_is_killed_fails_its_waiter()
    {
        var busy = await KeepBusyAsync();
        var waiting = CallAsync("waitFor", WaitAndCount);

        await host.Host.Admin.KillAsync(Assert.Single(await host.InvocationsAsync(_key, "subscribe")));
        await AssertFailsAsync(409, waiting);
        Gate.Open(_key);
        await busy;
        await AssertHasCountedAsync(0);
    }

    [Fact]
    public async Task A_waiter_can_time_out_before_its_turn_but_its_event_keeps_its_place()
    {
        var busy = await KeepBusyAsync();
        await AssertFailsAsync(408, CallAsync("waitFor", """{"condition": "hasTag:never", "timeout": 10, "event": {"type": "COUNT"}}"""));
        Gate.Open(_key);
        await busy;
        await host.EndedAsync(_key, "unsubscribe");
        await AssertHasCountedAsync(1);
    }

    [Fact]
    public async Task A_condition_that_its_own_event_makes_impossible_fails_at_once_and_the_event_stays()
    {
        await CallAsync("create");
        await AssertFailsAsync(412, CallAsync("waitFor", """{"condition": "hasTag:never", "event": {"type": "FINISH"}}"""));
        await AssertHasCountedAsync(1);
        Assert.Equal("done", (await CallAsync("snapshot")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Create_can_return_the_instance_that_is_there_as_it_is()
    {
        await CallAsync("create", """{"ifExists": "return"}""");
        var counted = await CallAsync("send", """{"event": {"type": "COUNT"}}""");
        var stored = await host.StateAsync("desk", _key);
        Assert.Equal(counted.GetRawText(), (await CallAsync("create", """{"ifExists": "return"}""")).GetRawText());
        Assert.Equal(stored, await host.StateAsync("desk", _key));
        await AssertHasCountedAsync(1);
    }

    private async Task<Task> KeepBusyAsync()
    {
        await CallAsync("create");
        var busy = CallAsync("send", $$$"""{"event": {"type": "HOLD", "gate": "{{{_key}}}"}}""");
        await host.InvocationsAsync(_key, "send", "status = 'running'");
        return busy;
    }

    private static async Task AssertFailsAsync(int status, Task call) =>
        Assert.Equal(status, (await Assert.ThrowsAsync<IngressException>(() => call)).StatusCode);

    /// <summary>The stored snapshot is the one that callers see, so nothing else is stored.</summary>
    private async Task AssertHasCountedAsync(int count)
    {
        var snapshot = await CallAsync("snapshot");
        Assert.Equal(count, snapshot.GetProperty("context").GetProperty("count").GetInt32());
        Assert.Equal(snapshot.GetRawText(), (await host.StateAsync("desk", _key))["snapshot"]);
    }

    private async Task CancelAsync(Task waiting)
    {
        await host.Host.Admin.CancelAsync(Assert.Single(await host.InvocationsAsync(_key, "waitFor")));
        await AssertFailsAsync(409, waiting);
    }

    private Task<JsonElement> CallAsync(string handler, string json = "") => host.Host.CallAsync("desk", _key, handler, json);
}

[Collection(NormalInstances.Name)]
public sealed class Waiter_scenarios(NormalInstancesHost host) : WaiterScenarios(host);

[Collection(ReplayInstances.Name)]
public sealed class Waiter_scenarios_under_forced_replay(ReplayInstancesHost host) : WaiterScenarios(host);
