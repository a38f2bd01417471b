using System.Collections.Concurrent;
using System.Text.Json;
using Machines;
using Restate.Sdk;
using Statecharts;

namespace EndToEnd;

/// <summary>How promises fail, are retried, and are cancelled.</summary>
public abstract class PromiseScenarios(PromiseScenarios.Fixture fixture)
{
    private static readonly ConcurrentDictionary<string, int> Attempts = new();

    private readonly string _key = $"promise-{Guid.NewGuid():N}";

    private enum State
    {
        Idle,
        Working,
        Succeeded,
        Failed,
    }

    private sealed record Start(int Failures, bool ForGood = false);

    private sealed record Leave;

    private sealed class Report
    {
        public int Failures { get; set; }

        public bool ForGood { get; set; }

        public string? Result { get; set; }

        public int? Code { get; set; }
    }

    private static DurableMachine Machine(string name, Func<SharedObjectContext, Start, ValueTask<string>> code, InvocationRetryPolicy? retry = null)
    {
        var machine = new StateMachineBuilder<State, Report>(name).InitialTransition(State.Idle);
        machine.Configure(State.Idle)
            .Permit<Start>(State.Working, (report, start) => (report.Failures, report.ForGood) = (start.Failures, start.ForGood));
        machine.Configure(State.Working)
            .Permit<Leave>(State.Idle)
            .Invoke(new DurablePromise<Start, string>("work", code) { Retry = retry }, report => new Start(report.Failures, report.ForGood))
                .OnDone(State.Succeeded, (report, result) => report.Result = result)
                .OnError(State.Failed, (report, error) => (report.Result, report.Code) = (error.Message, error.Code));
        machine.Configure(State.Succeeded).Final();
        machine.Configure(State.Failed).Final();
        return new DurableMachine(name, machine.Build());
    }

    private static DurableMachine Unhandled()
    {
        var machine = new StateMachineBuilder<State, Report>("unhandled").InitialTransition(State.Idle);
        machine.Configure(State.Idle)
            .Permit<Start>(State.Working, (report, start) => report.ForGood = start.ForGood);
        machine.Configure(State.Working)
            .Invoke(new DurablePromise<Start, string>("work", FailAsync), report => new Start(0, report.ForGood), id: "job");
        return new DurableMachine("unhandled", machine.Build());
    }

    private static ValueTask<string> FailAsync(SharedObjectContext context, Start start)
    {
        var attempt = Attempts.AddOrUpdate(context.Key, 1, (_, before) => before + 1);
        if (start.ForGood)
            throw new TerminalException(422, "never");
        return attempt <= start.Failures ? throw new InvalidOperationException($"failed {attempt}") : ValueTask.FromResult($"done in {attempt}");
    }

    private static async ValueTask<string> SleepAsync(SharedObjectContext context, Start start)
    {
        try
        {
            await context.Sleep(TimeSpan.FromHours(1));
            return "slept";
        }
        catch (TerminalException e) when (e.IsCancelled)
        {
            Attempts[context.Key] = -1;
            throw;
        }
    }

    [Fact]
    public async Task A_promise_fails_fast()
    {
        var failed = await RunAsync("fast", new Start(1));
        Assert.Equal(("failed", "failed 1", 1), (Value(failed), Result(failed), Attempts[_key]));
    }

    [Fact]
    public async Task A_promise_with_a_policy_is_retried_until_it_succeeds()
    {
        var done = await RunAsync("retried", new Start(2));
        Assert.Equal(("succeeded", "done in 3", 3), (Value(done), Result(done), Attempts[_key]));
    }

    [Fact]
    public async Task What_fails_for_good_is_not_retried()
    {
        var failed = await RunAsync("retried", new Start(0, ForGood: true));
        Assert.Equal(("failed", "never", 1), (Value(failed), Result(failed), Attempts[_key]));
    }

    [Fact]
    public async Task A_failure_keeps_type_message_and_code_and_says_where_it_happened()
    {
        await CallAsync("unhandled", "create");
        await CallAsync("unhandled", "send", Event(new Start(0, ForGood: true)));
        await fixture.EndedAsync(_key, "settle");
        var failed = await CallAsync("unhandled", "snapshot");
        Assert.Equal(
            ("error", """{"name":"TerminalException","message":"never","code":422,"source":"job"}"""),
            (failed.GetProperty("status").GetString(), failed.GetProperty("error").GetRawText()));
    }

    [Fact]
    public async Task The_handler_of_a_failure_sees_its_code()
    {
        var failed = await RunAsync("fast", new Start(0, ForGood: true));
        Assert.Equal(("never", 422), (Result(failed), failed.GetProperty("context").GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task A_policy_that_kills_rejects_the_promise_when_it_is_exhausted()
    {
        var failed = await RunAsync("retried", new Start(100));
        Assert.Equal(("failed", 3), (Value(failed), Attempts[_key]));
    }

    [Fact]
    public async Task A_policy_that_pauses_leaves_the_promise_to_an_operator()
    {
        await CallAsync("paused", "send", Event(new Start(100)));
        var invocation = "";
        await Eventually.BecomesTrueAsync(
            async () => (invocation = (await fixture.QueryAsync($"select id from sys_invocation where target_service_key = '{_key}' and status = 'paused'"))
                .Select(row => row.GetProperty("id").GetString()!).SingleOrDefault("")).Length > 0,
            () => "the promise to be paused");
        Assert.Equal(2, Attempts[_key]);
        Assert.Equal("working", Value(await CallAsync("paused", "snapshot")));

        await fixture.KillAsync(invocation);
        Assert.Equal("failed", Value(await CallAsync("paused", "waitFor", """{"condition": "done"}""")));
    }

    [Fact]
    public async Task A_promise_is_cancelled_when_its_state_is_left()
    {
        await CallAsync("sleeper", "send", Event(new Start(0)));
        await CallAsync("sleeper", "send", """{"event": {"type": "LEAVE"}}""");
        await fixture.EndedAsync(_key, "settle");

        Assert.Equal(-1, Attempts[_key]);
        Assert.Equal(("idle", 3), (Value(await CallAsync("sleeper", "snapshot")), (await CallAsync("sleeper", "snapshot")).GetProperty("revision").GetInt32()));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("dispose")]
    public async Task A_promise_is_cancelled_when_its_instance_is_reset_or_disposed_of(string handler)
    {
        await CallAsync("sleeper", "send", Event(new Start(0)));
        await CallAsync("sleeper", handler);
        await fixture.EndedAsync(_key, "settle");
        Assert.Equal(-1, Attempts[_key]);
    }

    private async Task<JsonElement> RunAsync(string machine, Start start)
    {
        await CallAsync(machine, "create");
        return await CallAsync(machine, "waitFor", $$"""{"condition": "done", {{Event(start)[1..]}}""");
    }

    private static string Event(Start start) =>
        $$$"""{"event": {"type": "START", "failures": {{{start.Failures}}}, "forGood": {{{(start.ForGood ? "true" : "false")}}}}}""";

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => fixture.Host.CallAsync(machine, _key, handler, json);

    private static string? Value(JsonElement snapshot) => snapshot.GetProperty("value").GetString();

    private static string? Result(JsonElement snapshot) => snapshot.GetProperty("context").GetProperty("result").GetString();

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        private static readonly InvocationRetryPolicy Quickly = new()
        {
            InitialInterval = TimeSpan.FromMilliseconds(10),
            MaxAttempts = 3,
            OnMaxAttempts = OnMaxAttempts.Kill,
        };

        protected override IEnumerable<DurableMachine> Machines { get; } =
        [
            Machine("fast", FailAsync),
            Machine("retried", FailAsync, Quickly),
            Machine("paused", FailAsync, Quickly with { MaxAttempts = 2, OnMaxAttempts = OnMaxAttempts.Pause }),
            Machine("sleeper", SleepAsync),
            Unhandled(),
        ];

        public Task KillAsync(string invocation) => Host.Admin.KillAsync(invocation);
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Promise_scenarios(PromiseScenarios.NormalFixture fixture)
    : PromiseScenarios(fixture), IClassFixture<PromiseScenarios.NormalFixture>;

public sealed class Promise_scenarios_under_forced_replay(PromiseScenarios.ReplayFixture fixture)
    : PromiseScenarios(fixture), IClassFixture<PromiseScenarios.ReplayFixture>;
