using System.Text;
using System.Text.Json;
using Machines;
using Restate.Sdk;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd;

/// <summary>A machine whose child is an instance of its own, which it shares with its own earlier runs and with everybody else.</summary>
public abstract class RemoteMachineScenarios(RemoteMachineScenarios.Fixture fixture)
{
    private static readonly RemoteMachine<string, string> Child = new("child", key => key);
    private static readonly RemoteMachine<string, string> Hasty = new("hasty", key => key);
    private static readonly RemoteMachine<string, string> Keyless = new("child", key => throw new InvalidOperationException($"No key for '{key}'."));

    private readonly string _key = $"remote-{Guid.NewGuid():N}";

    private sealed record Begin(string Key);

    private sealed record Again;

    private sealed record Leave;

    private sealed record Finish;

    private sealed class Data
    {
        public string Key { get; set; } = "";

        public string? Result { get; set; }
    }

    private static DurableMachine Parent(string name, RemoteMachine<string, string> child)
    {
        var machine = new StateMachineBuilder<string, Data>(name).InitialTransition("idle");
        machine.Configure("idle").Permit<Begin>("waiting", (data, begin) => data.Key = begin.Key);
        machine.Configure("waiting")
            .PermitReentry<Again>()
            .Permit<Leave>("idle")
            .Invoke(child, data => data.Key)
                .OnDone("done", (data, output) => data.Result = output)
                .OnError("failed", (data, error) => data.Result = error.Message);
        machine.Configure("done").Final();
        machine.Configure("failed").Final();
        return new DurableMachine(name, machine.Build());
    }

    private static DurableMachine ChildMachine()
    {
        var machine = new StateMachineBuilder<string, Data>("child")
            .Context<string>(key => new Data { Key = key }).Output(data => data.Key).InitialTransition("waiting");
        machine.Configure("waiting").Permit<Finish>("done");
        machine.Configure("done").Final();
        return new DurableMachine("child", machine.Build());
    }

    /// <summary>It is done as soon as it is created, and disposed of then.</summary>
    private static DurableMachine HastyMachine()
    {
        var machine = new StateMachineBuilder<string, Data>("hasty")
            .Context<string>(key => new Data { Key = key }).Output(data => data.Key).InitialTransition("done");
        machine.Configure("done").Final();
        return new DurableMachine("hasty", machine.Build()) { FinalStateTtl = TimeSpan.Zero };
    }

    [Fact]
    public async Task A_child_that_ends_as_it_begins_has_ended_although_it_is_disposed_of()
    {
        await CallAsync("impatient", "send", $$$"""{"event": {"type": "BEGIN", "key": "{{{_key}}}"}}""");
        var done = await CallAsync("impatient", "waitFor", """{"condition": "done"}""");
        Assert.Equal(("done", _key), (done.GetProperty("value").GetString(), done.GetProperty("context").GetProperty("result").GetString()));
        await fixture.EndedAsync(_key, "expire");
        Assert.Equal(410, (await Assert.ThrowsAsync<IngressException>(() => CallAsync("hasty", "snapshot"))).StatusCode);
    }

    [Fact]
    public async Task A_state_that_is_entered_again_keeps_the_child_that_it_then_invokes()
    {
        await BeginAsync();
        for (var entered = 1; entered < 4; entered++)
        {
            await CallAsync("parent", "send", """{"event": {"type": "AGAIN"}}""");
            await fixture.EndedAsync(_key, "invokePromise", entered);
        }

        await AwaitedAsync();
        await NothingUnderWayAsync("dispose");
        await CallAsync("child", "send", """{"event": {"type": "FINISH"}}""");
        var done = await CallAsync("parent", "waitFor", """{"condition": "done"}""");
        Assert.Equal(("done", _key), (done.GetProperty("value").GetString(), done.GetProperty("context").GetProperty("result").GetString()));
    }

    [Fact]
    public async Task A_run_that_is_late_does_not_create_its_child_over_the_next_runs()
    {
        await BeginAsync();
        var late = await TokenAsync();
        await CallAsync("parent", "send", """{"event": {"type": "AGAIN"}}""");
        await fixture.EndedAsync(_key, "invokePromise");
        await AwaitedAsync();
        await NothingUnderWayAsync("dispose");
        var next = await TokenAsync();
        Assert.NotEqual(late, next);

        // What the run that is over would do only now.
        await fixture.Host.Ingress.CallAsync(
            Target.Object("child", _key, "create"),
            Encoding.UTF8.GetBytes($$"""{"input": "{{_key}}", "owner": "{{late}}"}"""),
            new IngressCallOptions { IdempotencyKey = late });
        Assert.Equal(next, await StateAsync("child", "owner"));
        Assert.Equal(2, (await InvocationsAsync("create", "target_service_name = 'child'")).Count);
    }

    [Fact]
    public async Task A_key_that_cannot_be_told_is_the_failure_of_the_promise_and_blocks_nothing()
    {
        await CallAsync("keyless", "send", """{"event": {"type": "BEGIN", "key": "x"}}""");
        var failed = await CallAsync("keyless", "waitFor", """{"condition": "matches:failed"}""");
        Assert.Equal("No key for 'x'.", failed.GetProperty("context").GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_state_that_is_left_spares_an_instance_that_somebody_else_has_created_since()
    {
        await BeginAsync();
        await CallAsync("parent", "send", """{"event": {"type": "LEAVE"}}""");
        await fixture.EndedAsync(_key, "dispose");

        // What that run sent could as well have come only now.
        await CallAsync("child", "create", $$"""{"input": "{{_key}}"}""");
        await CallAsync("child", "dispose", """{"owner": "a run that is over"}""");
        Assert.Equal("waiting", (await CallAsync("child", "snapshot")).GetProperty("value").GetString());

        await CallAsync("child", "create", $$"""{"input": "{{_key}}", "owner": "a run"}""");
        await CallAsync("child", "dispose", """{"owner": "a run that is over"}""");
        await CallAsync("child", "send", """{"event": {"type": "FINISH"}}""");
        await CallAsync("child", "dispose", """{"owner": "a run"}""");
        Assert.Equal(410, (await Assert.ThrowsAsync<IngressException>(() => CallAsync("child", "snapshot"))).StatusCode);
    }

    [Fact]
    public async Task Whose_child_an_instance_is_shows_in_no_answer()
    {
        await BeginAsync();
        Assert.False((await CallAsync("child", "snapshot")).TryGetProperty("owner", out _));
        Assert.False((await CallAsync("child", "waitFor", """{"condition": "revision:0"}""")).TryGetProperty("owner", out _));
        Assert.Single(await fixture.QueryAsync($"select key from state where service_key = '{_key}' and key = 'snapshot' and json_get_str(value_utf8, 'owner') is not null"));
    }

    private async Task BeginAsync()
    {
        await CallAsync("parent", "send", $$$"""{"event": {"type": "BEGIN", "key": "{{{_key}}}"}}""");
        await AwaitedAsync();
    }

    /// <summary>That of the parent's promise.</summary>
    private Task<string> TokenAsync() => StateAsync("parent", "pending", "promises", "token");

    private async Task<string> StateAsync(string machine, params string[] path)
    {
        var stored = JsonElement.Parse((await fixture.StateAsync(machine, _key))["snapshot"]);
        foreach (var name in path)
        {
            stored = stored.GetProperty(name);
            if (stored.ValueKind == JsonValueKind.Array)
                stored = stored.EnumerateArray().Single();
        }

        return stored.GetString()!;
    }

    private Task AwaitedAsync() => Eventually.BecomesTrueAsync(
        async () => (await InvocationsAsync("waitFor", "target_service_name = 'child' and status != 'completed'")).Count == 1,
        () => "the child to be awaited");

    private Task NothingUnderWayAsync(string handler) => Eventually.BecomesTrueAsync(
        async () => (await InvocationsAsync(handler, "status != 'completed'")).Count == 0,
        () => $"all of {handler} to be over");

    private Task<IReadOnlyList<JsonElement>> InvocationsAsync(string handler, string condition) =>
        fixture.QueryAsync($"select id from sys_invocation where target_service_key = '{_key}' and target_handler_name = '{handler}' and {condition}");

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => fixture.Host.CallAsync(machine, _key, handler, json);

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } = [Parent("parent", Child), ChildMachine(), Parent("impatient", Hasty), HastyMachine(), Parent("keyless", Keyless)];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Remote_machine_scenarios(RemoteMachineScenarios.NormalFixture fixture)
    : RemoteMachineScenarios(fixture), IClassFixture<RemoteMachineScenarios.NormalFixture>;

public sealed class Remote_machine_scenarios_under_forced_replay(RemoteMachineScenarios.ReplayFixture fixture)
    : RemoteMachineScenarios(fixture), IClassFixture<RemoteMachineScenarios.ReplayFixture>;
