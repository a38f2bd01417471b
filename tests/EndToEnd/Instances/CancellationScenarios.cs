using System.Collections.Concurrent;
using System.Text.Json;
using Machines;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>What becomes of a promise and of its machine when somebody ends its invocation.</summary>
public abstract class CancellationScenarios(InstancesHost host)
{
    private static readonly ConcurrentDictionary<string, string> Errands = new();

    private enum State
    {
        Idle,
        Waiting,
        Running,
        Refused,
    }

    private sealed record Wait;

    private sealed record Run;

    private sealed record Leave;

    private sealed class Data
    {
        public int? Code { get; set; }
    }

    internal static IEnumerable<DurableMachine> Machines { get; } = [new DurableMachine("errand", Errand())];

    private protected string Key { get; } = $"cancellation-{Guid.NewGuid():N}";

    private static StateMachine Errand()
    {
        var wait = new DurablePromise<object?, string>("wait", async (context, _) => await context.Awakeable<string>());
        var run = new DurablePromise<object?, string>("run", async (context, _) => await context.Run("errand", async token =>
        {
            Errands[context.Key] = "begun";
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                Errands[context.Key] = "ended";
            }

            return "";
        }));
        var machine = new StateMachineBuilder<State, Data>("errand").InitialTransition(State.Idle);
        machine.Configure(State.Idle).Permit<Wait>(State.Waiting).Permit<Run>(State.Running);
        machine.Configure(State.Waiting).Permit<Leave>(State.Idle).Invoke(wait).OnError(State.Refused, (data, error) => data.Code = error.Code);
        machine.Configure(State.Running).Permit<Leave>(State.Idle).Invoke(run);
        machine.Configure(State.Refused).Final();
        return machine.Build();
    }

    [Fact]
    public async Task A_promise_that_an_operator_cancels_is_rejected()
    {
        await SendAsync("WAIT");
        await host.Host.Admin.CancelAsync(Assert.Single(await host.InvocationsAsync(Key, "invokePromise")));
        var refused = await CallAsync("waitFor", """{"condition": "done"}""");
        Assert.Equal(409, refused.GetProperty("context").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_promise_that_an_operator_kills_leaves_its_machine_in_its_state_until_an_event_leads_out()
    {
        await SendAsync("WAIT");
        var promise = Assert.Single(await host.InvocationsAsync(Key, "invokePromise"));
        await host.Host.Admin.KillAsync(promise);
        await host.InvocationsAsync(Key, "invokePromise", "status = 'completed'");
        Assert.Equal("waiting", (await CallAsync("snapshot")).GetProperty("value").GetString());
        Assert.Equal("idle", (await SendAsync("LEAVE")).GetProperty("value").GetString());
    }

    private protected Task<JsonElement> SendAsync(string type) => CallAsync("send", $$$"""{"event": {"type": "{{{type}}}"}}""");

    private protected static Task ErrandIsAsync(string key, string what) => Eventually.BecomesTrueAsync(
        () => Errands.GetValueOrDefault(key) == what, () => $"the errand to have {what}");

    private Task<JsonElement> CallAsync(string handler, string json = "") => host.Host.CallAsync("errand", Key, handler, json);
}

[Collection(NormalInstances.Name)]
public sealed class Cancellation_scenarios(NormalInstancesHost host) : CancellationScenarios(host)
{
    /// <summary>Not under forced replay: Restate is done with talking to the attempt at once.</summary>
    [Fact]
    public async Task The_action_that_a_promise_runs_is_told_when_its_state_is_left()
    {
        await SendAsync("RUN");
        await ErrandIsAsync(Key, "begun");
        await SendAsync("LEAVE");
        await ErrandIsAsync(Key, "ended");
    }
}

[Collection(ReplayInstances.Name)]
public sealed class Cancellation_scenarios_under_forced_replay(ReplayInstancesHost host) : CancellationScenarios(host);
