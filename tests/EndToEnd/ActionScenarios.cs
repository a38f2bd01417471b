using System.Collections.Concurrent;
using System.Text.Json;
using ExampleMachines;
using Machines;
using Restate.Sdk;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd;

/// <summary>What transitions do outside of the instance: side effects, events to other machines, other machines as children.</summary>
public abstract class ActionScenarios(ActionScenarios.Fixture fixture)
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Performed = new();

    private static readonly DurableAction<Note> Print = new("print", (note, _) =>
    {
        Performed.GetOrAdd(note.Key, _ => []).Enqueue(note.Text);
        return note.Text == "jam" ? throw new TerminalException(507, "out of paper") : ValueTask.CompletedTask;
    });

    private static readonly RemoteMachine<ChildInput, int> Child = new("child", input => input.Key);

    private readonly string _key = $"action-{Guid.NewGuid():N}";

    private enum State
    {
        Idle,
        Waiting,
        Done,
        Failed,
    }

    private sealed record Note(string Key, string Text);

    private sealed record Write(string Key, string Text);

    private sealed record Count(string Key, int? DelayMilliseconds = null);

    private sealed record Delegate(string Key, int Number);

    private sealed record Leave;

    private sealed record ChildInput(string Key, int Number);

    private sealed record Finish;

    private sealed record Fail;

    private sealed class Data
    {
        public string Key { get; set; } = "";

        public int Number { get; set; }

        public string? Error { get; set; }
    }

    private static StateMachine Parent()
    {
        var machine = new StateMachineBuilder<State, Data>("parent").InitialTransition(State.Idle);
        machine.Configure(State.Idle)
            .InternalTransition<Write>(actions: run => run
                .Execute(Print, (_, write) => new Note(write.Key, "before"))
                .Execute(Print, (_, write) => new Note(write.Key, write.Text))
                .SendToMachine("counter", (_, write) => write.Key, (_, _) => new Event("increment")))
            .InternalTransition<Count>(actions: run => run
                .SendToMachine("counter", (_, count) => count.Key, (_, _) => new Event("increment"))
                .SendToMachine("counter", (_, count) => count.Key, (_, _) => new Event("increment"), delay: TimeSpan.FromMilliseconds(100)))
            .Permit<Delegate>(State.Waiting, (data, order) => (data.Key, data.Number) = (order.Key, order.Number));
        machine.Configure(State.Waiting)
            .Permit<Leave>(State.Idle)
            .Invoke(Child, data => new ChildInput(data.Key, data.Number))
                .OnDone(State.Done, (data, output) => data.Number = output)
                .OnError(State.Failed, (data, error) => data.Error = $"{error.Name}: {error.Message}");
        machine.Configure(State.Done).Final();
        machine.Configure(State.Failed).Final();
        return machine.Build();
    }

    private static StateMachine ChildMachine()
    {
        var machine = new StateMachineBuilder<State, Data>("child")
            .Context<ChildInput>(input => new Data { Number = input.Number })
            .Output(data => data.Number * 2)
            .InitialTransition(State.Waiting);
        machine.Configure(State.Waiting)
            .Permit<Finish>(State.Done)
            .InternalTransition<Fail>((_, _) => throw new InvalidOperationException("it broke"));
        machine.Configure(State.Done).Final();
        return machine.Build();
    }

    [Fact]
    public async Task Actions_are_performed_once_and_in_order()
    {
        await CallAsync("parent", "send", $$$"""{"event": {"type": "WRITE", "key": "{{{_key}}}", "text": "hello"}}""");
        Assert.Equal(["before", "hello"], Performed[_key]);
    }

    [Fact]
    public async Task An_action_that_fails_for_good_fails_the_event_and_changes_nothing()
    {
        var before = (await CallAsync("parent", "create")).GetRawText();
        var error = await Assert.ThrowsAsync<IngressException>(
            () => CallAsync("parent", "send", $$$"""{"event": {"type": "WRITE", "key": "{{{_key}}}", "text": "jam"}}"""));
        Assert.Equal((507, "out of paper"), (error.StatusCode, error.Message));
        Assert.Equal(before, (await CallAsync("parent", "snapshot")).GetRawText());
        Assert.Equal(404, (await Assert.ThrowsAsync<IngressException>(() => CallAsync("counter", "snapshot"))).StatusCode);
    }

    [Fact]
    public async Task Events_to_another_machine_arrive_once_each_at_their_time()
    {
        await CallAsync("parent", "send", $$$"""{"event": {"type": "COUNT", "key": "{{{_key}}}"}}""");
        await fixture.EndedAsync(_key, "send", times: 3);
        Assert.Equal("""{"total":2}""", (await CallAsync("counter", "snapshot")).GetProperty("context").GetRawText());
    }

    [Fact]
    public async Task Another_machine_as_a_child_reports_its_output()
    {
        await DelegateAsync();
        await CallAsync("child", "send", """{"event": {"type": "FINISH"}}""");
        var done = await CallAsync("parent", "waitFor", """{"condition": "done"}""");
        Assert.Equal(("done", 42), (done.GetProperty("value").GetString(), done.GetProperty("context").GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Another_machine_as_a_child_reports_its_failure()
    {
        await DelegateAsync();
        await CallAsync("child", "send", """{"event": {"type": "FAIL"}}""");
        var failed = await CallAsync("parent", "waitFor", """{"condition": "done"}""");
        Assert.Equal("failed", failed.GetProperty("value").GetString());
        Assert.Equal("InvalidOperationException: it broke", failed.GetProperty("context").GetProperty("error").GetString());
    }

    [Fact]
    public async Task Another_machine_as_a_child_is_disposed_of_when_its_state_is_left()
    {
        await DelegateAsync();
        await CallAsync("parent", "send", """{"event": {"type": "LEAVE"}}""");
        await fixture.EndedAsync(_key, "dispose");
        Assert.Equal(410, (await Assert.ThrowsAsync<IngressException>(() => CallAsync("child", "snapshot"))).StatusCode);
        Assert.Equal("idle", (await CallAsync("parent", "snapshot")).GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("increments", "Did you mean 'increment'?")]
    [InlineData("INCREMENT", "Did you mean 'increment'?")]
    [InlineData("reset", "It knows decrement, increment.")]
    public async Task An_unknown_event_is_refused_with_what_was_meant(string type, string hint)
    {
        var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("counter", "send", $$$"""{"event": {"type": "{{{type}}}"}}"""));
        Assert.Equal(400, error.StatusCode);
        Assert.StartsWith("event.type: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(hint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send", """{"event": {"type": "LEAVE"}}""")]
    [InlineData("waitFor", """{"condition": "done", "event": {"type": "LEAVE"}}""")]
    public async Task An_event_that_is_not_handled_here_is_ignored_or_refused_as_the_machine_chose(string handler, string body)
    {
        await CallAsync("strict", "create");
        var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("strict", handler, body));
        Assert.Equal((400, "event.type: state \"idle\" does not handle 'LEAVE'. It handles WRITE, COUNT, DELEGATE."), (error.StatusCode, error.Message));

        await CallAsync("parent", "create");
        Assert.Equal(1, (await CallAsync("parent", "send", """{"event": {"type": "LEAVE"}}""")).GetProperty("revision").GetInt32());
    }

    private async Task DelegateAsync()
    {
        await CallAsync("parent", "send", $$$"""{"event": {"type": "DELEGATE", "key": "{{{_key}}}", "number": 21}}""");
        await Eventually.BecomesTrueAsync(
            async () => (await fixture.QueryAsync($"select id from sys_invocation where target_service_name = 'child' and target_service_key = '{_key}' and target_handler_name = 'waitFor'")).Count > 0,
            () => "the child to be awaited");
    }

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => fixture.Host.CallAsync(machine, _key, handler, json);

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } =
        [
            new DurableMachine("parent", Parent()),
            new DurableMachine("strict", Parent()) { UnhandledEvents = UnhandledEvents.Reject },
            new DurableMachine("child", ChildMachine()),
            CounterMachine.Definition,
        ];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Action_scenarios(ActionScenarios.NormalFixture fixture)
    : ActionScenarios(fixture), IClassFixture<ActionScenarios.NormalFixture>;

public sealed class Action_scenarios_under_forced_replay(ActionScenarios.ReplayFixture fixture)
    : ActionScenarios(fixture), IClassFixture<ActionScenarios.ReplayFixture>;
