using System.Text.Json;
using ExampleMachines;
using Machines;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>What a machine asks of an instance of another, and the answer.</summary>
public abstract class RequestScenarios(InstancesHost host)
{
    private readonly string _key = $"request-{Guid.NewGuid():N}";

    private enum State
    {
        Idle,
        Counting,
        Sending,
        Waiting,
        WaitingBriefly,
        Answered,
        Refused,
    }

    private enum DoorState
    {
        Closed,
        Opening,
        Open,
        Broken,
    }

    private sealed record Count;

    private sealed record Send(string What);

    private sealed record Wait(string What);

    private sealed record WaitBriefly(string What);

    private sealed record Leave;

    private sealed record Open;

    private sealed record Knock;

    private sealed record Smash;

    private sealed record Question(string Key, string Type);

    private sealed record Totals(int Total);

    private sealed class Data
    {
        public string Key { get; set; } = "";

        public string Type { get; set; } = "";

        public string? Answer { get; set; }
    }

    private sealed class Knocks
    {
        public int Count { get; set; }
    }

    internal static IEnumerable<DurableMachine> Machines { get; } =
    [
        new DurableMachine("visitor", Visitor()),
        new DurableMachine("door", Door()) { RequireCreate = true },
        CounterMachine.Definition,
    ];

    private static StateMachine Visitor()
    {
        var machine = new StateMachineBuilder<State, Data>("visitor").Context<string>(key => new Data { Key = key }).InitialTransition(State.Idle);
        machine.Configure(State.Idle)
            .Permit<Count>(State.Counting)
            .Permit<Send>(State.Sending, (data, send) => data.Type = send.What)
            .Permit<Wait>(State.Waiting, (data, wait) => data.Type = wait.What)
            .Permit<WaitBriefly>(State.WaitingBriefly, (data, wait) => data.Type = wait.What);
        Invoke(State.Counting, new MachineRequest<Question, string>(
            "count", "counter", question => question.Key, _ => new Event("increment"), counter => $"{counter.Context<Totals>().Total}"));
        Invoke(State.Sending, new MachineRequest<Question, string>("send", "door", question => question.Key, question => new Event(question.Type), Describe));
        Invoke(State.Waiting, new MachineRequest<Question, string>(
            "wait", "door", question => question.Key, question => new Event(question.Type), Describe, condition: "hasTag:open"));
        Invoke(State.WaitingBriefly, new MachineRequest<Question, string>(
            "waitBriefly", "door", question => question.Key, question => new Event(question.Type), Describe, "hasTag:open", TimeSpan.FromMilliseconds(50)));
        machine.Configure(State.Answered).Final();
        machine.Configure(State.Refused).Final();
        return machine.Build();

        void Invoke(State state, MachineRequest<Question, string> request) => machine.Configure(state)
            .Permit<Leave>(State.Idle)
            .Invoke(request, data => new Question(data.Key, data.Type))
                .OnDone(State.Answered, (data, answer) => data.Answer = answer)
                .OnError(State.Refused, (data, error) => data.Answer = $"{error.Code} {error.Message}");

        static string Describe(RemoteSnapshot door) =>
            $"{door.Version} {door.Status} {door.Value} [{string.Join(' ', door.Tags)}] {door.Revision} {door.Context<Knocks>().Count} {door.Output<int>()} {door.Error?.Message}";
    }

    private static StateMachine Door()
    {
        var machine = new StateMachineBuilder<DoorState, Knocks>("door").Output(knocks => -knocks.Count).InitialTransition(DoorState.Closed);
        machine.Configure(DoorState.Closed)
            .InternalTransition<Knock>((knocks, _) => knocks.Count++)
            .Permit<Open>(DoorState.Opening)
            .Permit<Smash>(DoorState.Broken, (knocks, _) => knocks.Count++);
        machine.Configure(DoorState.Opening).After(TimeSpan.FromMilliseconds(10), DoorState.Open);
        machine.Configure(DoorState.Open).Tag("open");
        machine.Configure(DoorState.Broken).Final();
        return machine.Build();
    }

    [Fact]
    public async Task A_request_is_one_event_to_an_instance_that_goes_on_and_ends_with_its_snapshot()
    {
        await CallAsync("counter", "send", """{"event": {"type": "increment"}}""");
        Assert.Equal(("answered", "2"), await AskAsync("COUNT"));
        Assert.Equal("""{"total":2}""", (await CallAsync("counter", "snapshot")).GetProperty("context").GetRawText());
    }

    [Fact]
    public async Task A_request_creates_the_instance_as_any_event_does() => Assert.Equal(("answered", "1"), await AskAsync("COUNT"));

    [Theory]
    [InlineData("SEND", "KNOCK", "door Active closed [] 2 1 0 ")]
    [InlineData("SEND", "SMASH", "door Done broken [] 2 1 -1 ")]
    [InlineData("WAIT", "OPEN", "door Active open [open] 3 0 0 ")]
    public async Task A_request_ends_after_its_event_or_when_its_condition_is_met(string how, string type, string answer)
    {
        await CallAsync("door", "create");
        Assert.Equal(("answered", answer), await AskAsync(how, type));
    }

    [Theory]
    [InlineData("SEND", "KNOK", "400 event.type: machine 'door' knows no event 'KNOK'.")]
    [InlineData("WAIT", "SMASH", "412 the machine's status is 'done' and 'hasTag:open' can no longer be met")]
    [InlineData("WAIT_BRIEFLY", "KNOCK", "408 the machine did not meet 'hasTag:open' within 50 ms")]
    public async Task What_the_other_machine_refuses_is_an_error_with_its_code_and_message(string how, string type, string error)
    {
        await CallAsync("door", "create");
        var (value, answer) = await AskAsync(how, type);
        Assert.Equal("refused", value);
        Assert.StartsWith(error, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SEND")]
    [InlineData("WAIT")]
    public async Task An_instance_that_is_not_there_or_not_any_more_is_an_error(string how)
    {
        Assert.StartsWith("404 ", (await AskAsync(how, "KNOCK")).Answer, StringComparison.Ordinal);
        await CallAsync("door", "create");
        await CallAsync("door", "dispose");
        Assert.StartsWith("410 ", (await AskAsync(how, "KNOCK")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_whose_state_is_left_stops_waiting()
    {
        await CallAsync("door", "create");
        await CallAsync("visitor", "create", $"{{\"input\": \"{_key}\"}}");
        await CallAsync("visitor", "send", """{"event": {"type": "WAIT", "what": "KNOCK"}}""");
        await host.EndedAsync(_key, "subscribe");
        await CallAsync("visitor", "send", """{"event": {"type": "LEAVE"}}""");
        await host.EndedAsync(_key, "unsubscribe");
        Assert.Equal("idle", (await CallAsync("visitor", "snapshot")).GetProperty("value").GetString());
        Assert.Equal(
            (await CallAsync("door", "snapshot")).GetRawText(),
            Assert.Single(await host.QueryAsync($"select value_utf8 from state where service_name = 'door' and service_key = '{_key}' and key = 'snapshot'"))
                .GetProperty("value_utf8").GetString());
    }

    private async Task<(string? Value, string? Answer)> AskAsync(string how, string what = "")
    {
        await CallAsync("visitor", "create", $"{{\"input\": \"{_key}\"}}");
        var done = await CallAsync("visitor", "waitFor", $$$"""{"condition": "done", "event": {"type": "{{{how}}}", "what": "{{{what}}}"}}""");
        return (done.GetProperty("value").GetString(), done.GetProperty("context").GetProperty("answer").GetString());
    }

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => host.Host.CallAsync(machine, _key, handler, json);
}

[Collection(NormalInstances.Name)]
public sealed class Request_scenarios(NormalInstancesHost host) : RequestScenarios(host);

[Collection(ReplayInstances.Name)]
public sealed class Request_scenarios_under_forced_replay(ReplayInstancesHost host) : RequestScenarios(host);
