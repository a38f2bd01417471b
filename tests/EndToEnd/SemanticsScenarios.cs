using System.Collections.Concurrent;
using System.Text.Json;
using Machines;
using Restate.Sdk;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd;

/// <summary>What a statechart's author relies on, kept although each macrostep is an invocation of its own.</summary>
public abstract class SemanticsScenarios(SemanticsScenarios.Fixture fixture)
{
    private static readonly ConcurrentDictionary<string, string> s_awakeables = new();
    private static readonly ConcurrentDictionary<string, int> s_echoes = new();

    private readonly string _key = $"semantics-{Guid.NewGuid():N}";

    private sealed record Start;

    private sealed record Stop;

    private sealed record Next;

    private sealed record Cancelled;

    private sealed record Stamp;

    private sealed record Captured(int First, int Second);

    private sealed record Add(string Name);

    private sealed record Schedule(string Text, int Delay);

    private sealed record Forget;

    private sealed record Due(string Text);

    private sealed record Run(string Key, int Number);

    private sealed class Data
    {
        public string Key { get; set; } = "";

        public int Number { get; set; }

        public List<string> Steps { get; set; } = [];
    }

    private static StateMachineBuilder<string, Data> Define(string id) => new(id);

    /// <summary>Its child sends an event when it ends, which comes before its end.</summary>
    private static DurableMachine LastWord()
    {
        var child = Define("child").InitialTransition("over");
        child.Configure("over").OnEntry(run => run.SendParent(new Cancelled())).Final();
        var machine = Define("lastWord").InitialTransition("waiting");
        machine.Configure("waiting").Permit<Cancelled>("cancelled").Invoke(child.Build(), id: "child").OnDone("completed");
        machine.Configure("cancelled").Final();
        machine.Configure("completed").Final();
        return new DurableMachine("lastWord", machine.Build());
    }

    /// <summary>The same between two virtual objects: the child sends as it ends, and then its end is reported.</summary>
    private static DurableMachine FarLastWord()
    {
        var child = new RemoteMachine<string, string>("farChild", key => key);
        var machine = Define("farLastWord").InitialTransition("idle");
        machine.Configure("idle").Permit<Run>("waiting", (data, run) => data.Key = run.Key);
        machine.Configure("waiting").Permit<Cancelled>("cancelled").Invoke(child, data => data.Key).OnDone("completed");
        machine.Configure("cancelled").Final();
        machine.Configure("completed").Final();
        return new DurableMachine("farLastWord", machine.Build());
    }

    private static DurableMachine FarChild()
    {
        var machine = Define("farChild").Context<string>(key => new Data { Key = key }).Output(data => data.Key).InitialTransition("working");
        machine.Configure("working").After(TimeSpan.FromMilliseconds(20), "over");
        machine.Configure("over").OnEntry(run => run.SendToMachine("farLastWord", (data, _) => data.Key, (_, _) => new Cancelled())).Final();
        return new DurableMachine("farChild", machine.Build());
    }

    /// <summary>Nobody handles what its child's promise throws.</summary>
    private static DurableMachine Cascade()
    {
        var child = Define("child").InitialTransition("working");
        child.Configure("working").Invoke(Fail());
        var machine = Define("cascade").InitialTransition("working");
        machine.Configure("working").Invoke(child.Build());
        return new DurableMachine("cascade", machine.Build());
    }

    /// <summary>Two regions, each with a child of the same machine.</summary>
    private static DurableMachine Twins()
    {
        var child = new StateMachineBuilder<string, Data>("child").Context<int>(number => new Data { Number = number }).Output(data => data.Number).InitialTransition("over");
        child.Configure("over").Final();
        var twin = child.Build();
        var machine = Define("twins").InitialTransition("both");
        machine.Configure("both").Parallel().OnDone("done");
        foreach (var (region, number) in new[] { ("left", 1), ("right", 2) })
        {
            machine.Configure($"both.{region}").InitialTransition($"both.{region}.working");
            machine.Configure($"both.{region}.working")
                .Invoke(twin, _ => number, id: region).OnDone($"both.{region}.over", (data, output) => data.Steps.Add($"{region} {output}"));
            machine.Configure($"both.{region}.over").Final();
        }

        machine.Configure("done").Final();
        return new DurableMachine("twins", machine.Build());
    }

    /// <summary>An event raises another, which starts a promise: one macrostep.</summary>
    private static DurableMachine Stamps()
    {
        var echo = new DurablePromise<string, string>("echo", (context, text) =>
        {
            s_echoes.AddOrUpdate(context.Key, 1, (_, before) => before + 1);
            return ValueTask.FromResult(text);
        });
        var machine = Define("stamps").InitialTransition("ready");
        machine.Configure("ready")
            .InternalTransition<Stamp>((data, _) => data.Number++, run => run.Raise((data, _) => new Captured(data.Number * 2, (data.Number * 2) + 1)))
            .Permit<Captured>("delivering", (data, captured) => data.Key = $"{captured.First} {captured.Second}");
        machine.Configure("delivering").Invoke(echo, data => data.Key).OnDone("ready", (data, output) => data.Steps.Add(output));
        return new DurableMachine("stamps", machine.Build());
    }

    private static DurableMachine List()
    {
        var machine = Define("list").InitialTransition("open");
        machine.Configure("open").InternalTransition<Add>((data, add) => data.Steps.Add($"{data.Steps.Count} {add.Name}"));
        return new DurableMachine("list", machine.Build());
    }

    /// <summary>Goes by what an error says.</summary>
    private static DurableMachine Picky()
    {
        var machine = Define("picky").InitialTransition("working");
        machine.Configure("working")
            .Invoke(Fail())
                .OnDone("ok")
                .OnErrorIf("missing", (_, error) => error is { Code: 404, Message: "not found" })
                .OnError("failed");
        foreach (var state in new[] { "ok", "missing", "failed" })
            machine.Configure(state).Final();
        return new DurableMachine("picky", machine.Build());
    }

    private static DurablePromise<object?, string> Fail() => new("fail", (_, _) => throw new TerminalException(404, "not found"));

    /// <summary>Sends itself what it is told, later.</summary>
    private static DurableMachine Scheduler()
    {
        var machine = Define("scheduler").InitialTransition("open");
        machine.Configure("open")
            .InternalTransitionIf<Schedule>((_, schedule) => schedule.Delay > 1000, actions: run => run.SendSelf((_, schedule) => new Due(schedule.Text), TimeSpan.FromHours(1), "slot"))
            .InternalTransition<Schedule>(actions: run => run.SendSelf((_, schedule) => new Due(schedule.Text), TimeSpan.FromMilliseconds(300), "slot"))
            .InternalTransition<Forget>(actions: run => run.Cancel("slot"))
            .InternalTransition<Due>((data, due) => data.Steps.Add(due.Text));
        return new DurableMachine("scheduler", machine.Build());
    }

    /// <summary>Re-enters a state whose promise runs. That promise is told to stop, and answers all the same.</summary>
    private static DurableMachine Stale()
    {
        var work = new DurablePromise<Run, string>("work", async (context, run) =>
        {
            var answer = context.Awakeable<string>();
            s_awakeables[$"{context.Key} {run.Number}"] = answer.Id;
            try
            {
                return await answer;
            }
            catch (TerminalException e) when (e.IsCancelled)
            {
                return run.Number == 0 ? "stale" : throw new InvalidOperationException("stale");
            }
        });
        var machine = Define("stale").InitialTransition("working");
        machine.Configure("working")
            .PermitReentry<Next>((data, _) => data.Number++)
            .Invoke(work, data => new Run("", data.Number))
                .OnDone("done", (data, output) => data.Steps.Add(output))
                .OnError("failed");
        machine.Configure("done").Final();
        machine.Configure("failed").Final();
        return new DurableMachine("stale", machine.Build());
    }

    /// <summary>Ends its promise with nothing.</summary>
    private static DurableMachine Nothing()
    {
        var machine = Define("nothing").InitialTransition("working");
        machine.Configure("working")
            .Invoke(new DurablePromise<object?, string?>("nothing", (_, _) => ValueTask.FromResult<string?>(null)))
                .OnDone("done", (data, output) => data.Steps.Add(output ?? "nothing"));
        machine.Configure("done").Final();
        return new DurableMachine("nothing", machine.Build());
    }

    /// <summary>Comes back to where it was when it was interrupted.</summary>
    private static DurableMachine Interruptible(string name, HistoryKind kind)
    {
        var machine = Define(name).InitialTransition("flow");
        machine.Configure("flow").InitialTransition("flow.one").Permit<Stop>("paused");
        machine.Configure("flow.one").Permit<Next>("flow.two.b");
        machine.Configure("flow.two").InitialTransition("flow.two.a");
        machine.Configure("flow.two.a");
        machine.Configure("flow.two.b");
        machine.Configure("flow.last").History(kind);
        machine.Configure("paused").Permit<Start>("flow.last");
        return new DurableMachine(name, machine.Build());
    }

    [Fact]
    public async Task What_a_child_sends_when_it_ends_comes_before_its_end()
    {
        Assert.Equal("cancelled", Value(await CallAsync("lastWord", "create")));

        await SendAsync("farLastWord", "RUN", $", \"key\": \"{_key}\"");
        Assert.Equal("cancelled", Value(await DoneAsync("farLastWord")));
    }

    [Fact]
    public async Task A_failure_that_nobody_handles_fails_the_parent_too()
    {
        await CallAsync("cascade", "create");
        Assert.Equal(412, (await Assert.ThrowsAsync<IngressException>(() => DoneAsync("cascade"))).StatusCode);
        var failed = await CallAsync("cascade", "snapshot");
        Assert.Equal(("error", "not found"), (failed.GetProperty("status").GetString(), failed.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Children_of_the_same_machine_report_to_their_own_region() =>
        Assert.Equal(["left 1", "right 2"], Steps(await CallAsync("twins", "create")));

    [Fact]
    public async Task A_macrostep_is_stored_whole_and_its_promise_runs_once()
    {
        Assert.Equal("delivering", Value(await SendAsync("stamps", "STAMP")));
        await CallAsync("stamps", "waitFor", """{"condition": "matches:ready"}""");
        await SendAsync("stamps", "STAMP");
        var twice = await CallAsync("stamps", "waitFor", """{"condition": "matches:ready"}""");
        Assert.Equal(["2 3", "4 5"], Steps(twice));
        Assert.Equal((5, 2), (twice.GetProperty("revision").GetInt32(), s_echoes[_key]));
    }

    [Fact]
    public async Task Events_that_come_together_are_taken_one_after_another()
    {
        var names = Enumerable.Range(0, 20).Select(i => $"n{i}").ToArray();
        await Task.WhenAll(names.Select(name => SendAsync("list", "ADD", $", \"name\": \"{name}\"")));
        var list = await CallAsync("list", "snapshot");
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), Steps(list).Select(step => step.Split(' ')[0]));
        Assert.Equal(names.Order(StringComparer.Ordinal), Steps(list).Select(step => step.Split(' ')[1]).Order(StringComparer.Ordinal));
        Assert.Equal(21, list.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_guard_sees_what_an_error_says()
    {
        await CallAsync("picky", "create");
        Assert.Equal("missing", Value(await DoneAsync("picky")));
    }

    [Fact]
    public async Task A_delayed_event_of_an_earlier_run_never_arrives()
    {
        await SendAsync("scheduler", "SCHEDULE", ", \"text\": \"stale\", \"delay\": 1");
        var reset = await CallAsync("scheduler", "create");
        await fixture.EndedAsync(_key, "deliver");
        Assert.Equal(reset.GetRawText(), (await CallAsync("scheduler", "snapshot")).GetRawText());
        Assert.Empty(Steps(reset));
    }

    [Fact]
    public async Task A_delayed_event_takes_the_name_of_an_earlier_one_over_which_arrives_all_the_same()
    {
        await SendAsync("scheduler", "SCHEDULE", ", \"text\": \"first\", \"delay\": 1");
        await SendAsync("scheduler", "SCHEDULE", ", \"text\": \"second\", \"delay\": 5000");
        await SendAsync("scheduler", "FORGET");
        await fixture.EndedAsync(_key, "deliver");
        Assert.Equal(["first"], Steps(await CallAsync("scheduler", "snapshot")));
        Assert.DoesNotContain("second", (await StoredAsync()).GetRawText(), StringComparison.Ordinal);
        Assert.False((await StoredAsync()).TryGetProperty("pending", out _));
    }

    [Fact]
    public async Task What_comes_of_a_run_that_was_left_is_never_taken()
    {
        await CallAsync("stale", "create");
        foreach (var run in new[] { 0, 1 })
        {
            await AwakeableAsync(run);
            await SendAsync("stale", "NEXT");
            await fixture.EndedAsync(_key, "settle", times: run + 1);
            Assert.Equal("working", Value(await CallAsync("stale", "snapshot")));
        }

        await fixture.Host.Ingress.ResolveAwakeableAsync(await AwakeableAsync(2), "\"current\""u8.ToArray());
        Assert.Equal(["current"], Steps(await DoneAsync("stale")));
    }

    [Fact]
    public async Task A_promise_may_end_with_nothing()
    {
        await CallAsync("nothing", "create");
        Assert.Equal(["nothing"], Steps(await DoneAsync("nothing")));
    }

    [Theory]
    [InlineData("xstate.init")]
    [InlineData("xstate.stop")]
    [InlineData("xstate.done.actor.work")]
    [InlineData("xstate.error.actor.work")]
    [InlineData("xstate.after.1000.stale.working")]
    public async Task An_event_of_the_engines_own_is_refused_from_outside(string type)
    {
        foreach (var (handler, condition) in new[] { ("send", ""), ("waitFor", "\"condition\": \"done\", ") })
        {
            var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("stale", handler, $$$"""{{{{condition}}}"event": {"type": "{{{type}}}", "output": "forged"}}"""));
            Assert.Equal((400, $"event.type: '{type}' is an event of the engine's own, which nobody may send."), (error.StatusCode, error.Message));
        }

        Assert.Equal(404, (await Assert.ThrowsAsync<IngressException>(() => CallAsync("stale", "snapshot"))).StatusCode);
    }

    [Theory]
    [InlineData("shallow", """{"flow":{"two":"a"}}""")]
    [InlineData("deep", """{"flow":{"two":"b"}}""")]
    public async Task A_flow_resumes_where_it_was_interrupted(string machine, string resumed)
    {
        Assert.Equal("""{"flow":{"two":"b"}}""", (await SendAsync(machine, "NEXT")).GetProperty("value").GetRawText());
        Assert.Equal("paused", Value(await SendAsync(machine, "STOP")));
        Assert.Equal(resumed, (await SendAsync(machine, "START")).GetProperty("value").GetRawText());
    }

    private async Task<string> AwakeableAsync(int run)
    {
        await Eventually.BecomesTrueAsync(() => s_awakeables.ContainsKey($"{_key} {run}"), () => $"run {run} to wait");
        return s_awakeables[$"{_key} {run}"];
    }

    private async Task<JsonElement> StoredAsync() =>
        JsonElement.Parse((await fixture.QueryAsync($"select value_utf8 from state where service_key = '{_key}' and key = 'snapshot'")).Single().GetProperty("value_utf8").GetString()!);

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => fixture.Host.CallAsync(machine, _key, handler, json);

    private Task<JsonElement> DoneAsync(string machine) => CallAsync(machine, "waitFor", """{"condition": "done"}""");

    private Task<JsonElement> SendAsync(string machine, string type, string fields = "") => CallAsync(machine, "send", $$$"""{"event": {"type": "{{{type}}}"{{{fields}}}}}""");

    private static string? Value(JsonElement snapshot) => snapshot.GetProperty("value").GetString();

    private static string[] Steps(JsonElement snapshot) =>
        [.. snapshot.GetProperty("context").GetProperty("steps").EnumerateArray().Select(step => step.GetString()!)];

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } =
        [
            LastWord(),
            FarLastWord(),
            FarChild(),
            Cascade(),
            Twins(),
            Stamps(),
            List(),
            Picky(),
            Scheduler(),
            Stale(),
            Nothing(),
            Interruptible("shallow", HistoryKind.Shallow),
            Interruptible("deep", HistoryKind.Deep),
        ];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Semantics_scenarios(SemanticsScenarios.NormalFixture fixture)
    : SemanticsScenarios(fixture), IClassFixture<SemanticsScenarios.NormalFixture>;

public sealed class Semantics_scenarios_under_forced_replay(SemanticsScenarios.ReplayFixture fixture)
    : SemanticsScenarios(fixture), IClassFixture<SemanticsScenarios.ReplayFixture>;
