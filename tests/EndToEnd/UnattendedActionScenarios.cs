using System.Collections.Concurrent;
using System.Text.Json;
using Machines;
using Restate.Sdk;
using Statecharts;

namespace EndToEnd;

/// <summary>Side effects of events that nobody waits for: a timer's, a promise's and another machine's.</summary>
public abstract class UnattendedActionScenarios(UnattendedActionScenarios.Fixture fixture)
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Performed = new();

    private static readonly DurableAction<string> Reserve = new("reserve", (key, _) => Perform(key, "reserve"));

    private static readonly DurableAction<string> Charge = new("charge", (key, _) => Perform(key, "charge", count => count > 2 ? null : new TerminalException(402, "no money")))
    {
        Retry = new RunOptions { MaxRetryInterval = TimeSpan.FromMilliseconds(20) },
    };

    private static readonly DurableAction<string> Ship = new("ship", (key, _) => Perform(key, "ship", count => count > 2 ? null : new InvalidOperationException("no lorry")))
    {
        Retry = new RunOptions { InitialRetryInterval = TimeSpan.FromMilliseconds(10), MaxAttempts = 1 },
    };

    private readonly string _key = $"unattended-{Guid.NewGuid():N}";

    private enum State
    {
        Idle,
        Waiting,
        Asking,
        Done,
    }

    private sealed record Wait(string Key);

    private sealed record Ask(string Key);

    private sealed record Tell(string Key);

    private sealed class Data
    {
        public string Key { get; set; } = "";
    }

    private static ValueTask Perform(string key, string action, Func<int, Exception?>? fail = null)
    {
        var performed = Performed.GetOrAdd(key, _ => []);
        performed.Enqueue(action);
        return fail?.Invoke(performed.Count(name => name == action)) is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }

    private static StateMachine Definition()
    {
        var machine = new StateMachineBuilder<State, Data>("order").InitialTransition(State.Idle);
        machine.Configure(State.Idle)
            .Permit<Wait>(State.Waiting, (data, wait) => data.Key = wait.Key)
            .Permit<Ask>(State.Asking, (data, ask) => data.Key = ask.Key)
            .Permit<Tell>(State.Done, (data, tell) => data.Key = tell.Key, PerformAll);
        machine.Configure(State.Waiting)
            .After(TimeSpan.FromMilliseconds(10), State.Done, actions: PerformAll);
        machine.Configure(State.Asking)
            .Invoke(new DurablePromise<object?, string>("ask", (_, _) => ValueTask.FromResult("yes")))
                .OnDone(State.Done, actions: PerformAll);
        machine.Configure(State.Done).Final();
        return machine.Build();
    }

    private static StateMachine Teller()
    {
        var machine = new StateMachineBuilder<string, Data>("teller").InitialTransition("telling");
        machine.Configure("telling").InternalTransition<Tell>(actions: run => run.SendToMachine("order", (_, tell) => tell.Key, (_, tell) => tell));
        return machine.Build();
    }

    private static void PerformAll<TEvent>(ActionList<Data, TEvent> run) => run
        .Execute(Reserve, (data, _) => data.Key)
        .Execute(Charge, (data, _) => data.Key)
        .Execute(Ship, (data, _) => data.Key);

    [Theory]
    [InlineData("WAIT")]
    [InlineData("ASK")]
    public async Task An_action_that_fails_for_good_is_tried_again_and_none_before_it_is_repeated(string type)
    {
        var done = await CallAsync("waitFor", $$$"""{"condition": "done", "event": {"type": "{{{type}}}", "key": "{{{_key}}}"}}""");
        Assert.Equal(["reserve", "charge", "charge", "charge", "ship", "ship", "ship"], Performed[_key]);
        Assert.Equal(3, done.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task An_action_for_another_machines_event_is_tried_again_likewise()
    {
        await CallAsync("create", "{}");
        await fixture.Host.CallAsync("teller", _key, "send", $$$"""{"event": {"type": "TELL", "key": "{{{_key}}}"}}""");
        await CallAsync("waitFor", """{"condition": "done"}""");
        Assert.Equal(["reserve", "charge", "charge", "charge", "ship", "ship", "ship"], Performed[_key]);
    }

    private Task<JsonElement> CallAsync(string handler, string json) => fixture.Host.CallAsync("order", _key, handler, json);

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } = [new DurableMachine("order", Definition()), new DurableMachine("teller", Teller())];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Unattended_action_scenarios(UnattendedActionScenarios.NormalFixture fixture)
    : UnattendedActionScenarios(fixture), IClassFixture<UnattendedActionScenarios.NormalFixture>;

public sealed class Unattended_action_scenarios_under_forced_replay(UnattendedActionScenarios.ReplayFixture fixture)
    : UnattendedActionScenarios(fixture), IClassFixture<UnattendedActionScenarios.ReplayFixture>;
