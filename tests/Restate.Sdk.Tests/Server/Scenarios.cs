using System.Text;
using System.Text.Json;
using Restate.Sdk.Client;

namespace Restate.Sdk.Tests.Server;

/// <summary>What has to hold against the real server, in every mode.</summary>
public abstract class Scenarios(RestateFixture restate)
{
    private readonly IngressClient _ingress = restate.Ingress;

    [Fact]
    public async Task State_is_kept_per_key()
    {
        var key = NewName();
        Assert.Equal(5, await CallAsync<long, long>(Target.Object("Counter", key, "add"), 5));
        Assert.Equal(7, await CallAsync<long, long>(Target.Object("Counter", key, "add"), 2));
        Assert.Equal(7, await CallAsync<string, long>(Target.Object("Counter", key, "get"), ""));
        Assert.Equal(0, await CallAsync<string, long>(Target.Object("Counter", NewName(), "get"), ""));
    }

    [Fact]
    public async Task State_written_before_a_terminal_failure_stays()
    {
        var key = NewName();
        var exception = await Assert.ThrowsAsync<IngressException>(
            () => CallAsync<string, long>(Target.Object("Counter", key, "addThenFail"), "oh no"));
        Assert.Equal((500, "oh no", true), (exception.StatusCode, exception.Message, exception.IsFromInvocation));
        Assert.Equal(1, await CallAsync<string, long>(Target.Object("Counter", key, "get"), ""));
    }

    [Theory]
    [InlineData("Store")]
    [InlineData("LazyStore")]
    public async Task A_handler_reads_what_it_wrote(string store)
    {
        var answer = await CallAsync<string, string>(Target.Object(store, NewName(), "roundTrip"), "v");
        Assert.Equal("missing v missing empty missing", answer);
    }

    [Theory]
    [InlineData("Store")]
    [InlineData("LazyStore")]
    public async Task State_keys_are_listed_in_order(string store)
    {
        var key = NewName();
        Assert.Equal(["xa", "xb"], await CallAsync<string, string[]>(Target.Object(store, key, "keys"), "x"));
        Assert.Equal(["xa", "xb", "ya", "yb"], await CallAsync<string, string[]>(Target.Object(store, key, "keys"), "y"));
    }

    [Fact]
    public async Task Handlers_need_neither_input_nor_output()
    {
        var key = NewName();
        await WriteAsync("one");
        Assert.Equal("\"one\"", await CallAsync("read"));
        Assert.Equal("\"one\"", await CallAsync("take"));
        Assert.Equal("null", await CallAsync("read"));
        await WriteAsync("two");
        Assert.Equal("", await CallAsync("erase"));
        Assert.Equal("null", await CallAsync("read"));

        var refused = await Assert.ThrowsAsync<IngressException>(
            () => _ingress.CallAsync(Target.Object("Note", key, "read"), "1"u8.ToArray()));
        Assert.Equal((400, false), (refused.StatusCode, refused.IsFromInvocation));

        async Task WriteAsync(string text)
        {
            var written = await _ingress.CallAsync(
                Target.Object("Note", key, "write"), JsonSerializer.SerializeToUtf8Bytes(text));
            Assert.Equal((0, null), (written.Body.Length, written.ContentType));
        }

        async Task<string> CallAsync(string handler) =>
            Encoding.UTF8.GetString((await _ingress.CallAsync(Target.Object("Note", key, handler), default)).Body.Span);
    }

    [Fact]
    public async Task Calls_to_one_key_run_one_after_another()
    {
        var key = NewName();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => CallAsync<long, long>(Target.Object("Counter", key, "add"), 1)));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), answers.Order());
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("failingCall")]
    [InlineData("failingRun")]
    public async Task A_terminal_failure_reaches_the_caller_with_code_message_and_metadata(string handler)
    {
        var exception = await Assert.ThrowsAsync<IngressException>(
            () => CallAsync<string, string>(Target.ForService("Steps", handler), "short and stout"));
        Assert.Equal(418, exception.StatusCode);
        Assert.Equal("short and stout", exception.Message);
        Assert.Equal("invocation", exception.Source);
        Assert.Equal("teapot", exception.Metadata["detail"]);
        Assert.False(exception.IsRetryable);
        Assert.StartsWith("inv_", exception.InvocationId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    public async Task Calls_and_sends_of_one_handler_arrive_in_order(params bool[] oneWay)
    {
        var list = NewName();
        await CallAsync<OrderingRequest, bool>(Target.ForService("Steps", "ordering"), new OrderingRequest(list, oneWay));
        var arrived = await CallAsync<string, int[]>(Target.Object("List", list, "get"), "");
        Assert.Equal([0, 1, 2], arrived);
    }

    [Fact]
    public async Task Signals_are_awaited_together()
    {
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "waitForSignals"), Json(""));
        await CallAsync<string[], bool>(Target.ForService("Steps", "signalWith"), [receipt.InvocationId, "two", "2"]);
        await CallAsync<string[], bool>(Target.ForService("Steps", "signalWith"), [receipt.InvocationId, "one", "1"]);
        var response = await _ingress.AttachAsync(receipt.InvocationId);
        Assert.Equal("\"1 2\"", Encoding.UTF8.GetString(response.Body.Span));
    }

    [Fact]
    public async Task Who_awaits_a_signal_again_gets_the_next_one()
    {
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "waitForSignalTwice"), Json(""));
        await CallAsync<string[], bool>(Target.ForService("Steps", "signalWith"), [receipt.InvocationId, "go", "1"]);
        await CallAsync<string[], bool>(Target.ForService("Steps", "signalWith"), [receipt.InvocationId, "go", "2"]);
        var response = await _ingress.AttachAsync(receipt.InvocationId);
        Assert.Equal("\"1 2\"", Encoding.UTF8.GetString(response.Body.Span));
    }

    [Fact]
    public async Task A_signal_may_be_a_failure()
    {
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "waitForSignals"), Json(""));
        await CallAsync<string[], bool>(Target.ForService("Steps", "signalWith"), [receipt.InvocationId, "two", "reject"]);
        var exception = await Assert.ThrowsAsync<IngressException>(() => _ingress.AttachAsync(receipt.InvocationId));
        Assert.Equal((422, "rejected"), (exception.StatusCode, exception.Message));
    }

    [Fact]
    public async Task Other_exceptions_are_retried() =>
        Assert.True(await CallAsync<string, int>(Target.ForService("Steps", "flaky"), NewName()) >= 3);

    [Fact]
    public async Task A_run_happens_once_and_its_result_is_replayed()
    {
        var name = NewName();
        Assert.Equal("1 2", await CallAsync<string, string>(Target.ForService("Steps", "runs"), name));
        Assert.Equal(2, TestServices.Effects[name]);
    }

    [Fact]
    public async Task A_run_that_throws_is_retried() =>
        Assert.Equal(3, await CallAsync<string, int>(Target.ForService("Steps", "runRetries"), NewName()));

    [Fact]
    public async Task A_run_gives_up_after_its_attempts()
    {
        var name = NewName();
        Assert.Equal("500 no luck", await CallAsync<string, string>(Target.ForService("Steps", "runGivesUp"), name));
        Assert.Equal(3, TestServices.Effects[name]);
    }

    [Fact]
    public async Task A_run_fails_terminally_at_once() =>
        Assert.Equal("404 no wonder", await CallAsync<string, string>(Target.ForService("Steps", "runFails"), "wonder"));

    [Fact]
    public async Task A_sleep_takes_its_time() =>
        Assert.Equal("slept", await CallAsync<int, string>(Target.ForService("Steps", "sleep"), 30));

    [Fact]
    public async Task Many_sleeps_run_side_by_side() =>
        Assert.Equal(50, await CallAsync<int, int>(Target.ForService("Steps", "manySleeps"), 50));

    [Fact]
    public async Task The_first_of_awakeable_and_others_is_taken()
    {
        var key = NewName();
        var running = InterpretAsync(key, new Command("awaitAny", [new("awakeable", "a"), new("awakeable", "b")]));
        await CompleteAsync(key, "b", "resolve");
        Assert.Equal("b!", await running);
        Assert.Equal("b!", await CallAsync<string, string>(Target.Object("Interpreter", key, "results"), ""));
    }

    [Fact]
    public async Task The_first_success_is_taken_and_failures_are_passed_over()
    {
        var key = NewName();
        var running = InterpretAsync(
            key, new Command("awaitAnySuccess", [new("failingRun", "broken"), new("awakeable", "a"), new("awakeable", "b")]));
        await CompleteAsync(key, "a", "reject");
        await CompleteAsync(key, "b", "resolve");
        Assert.Equal("b!", await running);
    }

    [Fact]
    public async Task A_failure_that_comes_first_is_thrown()
    {
        var exception = await Assert.ThrowsAsync<IngressException>(
            () => InterpretAsync(NewName(), new Command("awaitAny", [new("awakeable", "a"), new("failingRun", "broken")])));
        Assert.Equal("broken", exception.Message);
    }

    [Fact]
    public async Task An_awakeable_times_out()
    {
        var exception = await Assert.ThrowsAsync<IngressException>(
            () => InterpretAsync(NewName(), new Command("awaitOrTimeout", [new("awakeable", "a", 20)])));
        Assert.Equal(408, exception.StatusCode);
    }

    [Fact]
    public async Task A_program_of_several_awaits_runs_in_order()
    {
        var key = NewName();
        var running = InterpretAsync(
            key,
            new Command("awaitAny", [new("sleep", Milliseconds: 86_400_000), new("sleep", Milliseconds: 1)]),
            new Command("await", [new("awakeable", "a")]),
            new Command("awaitAny", [new("awakeable", "b"), new("sleep", Milliseconds: 86_400_000)]));
        await CompleteAsync(key, "a", "resolve");
        await CompleteAsync(key, "b", "resolve");
        Assert.Equal("b!", await running);
        Assert.Equal("slept a! b!", await CallAsync<string, string>(Target.Object("Interpreter", key, "results"), ""));
    }

    [Fact]
    public async Task A_handler_calls_another()
    {
        var key = NewName();
        Assert.Equal(5, await CallAsync<string, long>(Target.ForService("Steps", "callCounter"), key));
    }

    [Fact]
    public async Task A_handler_sends_to_another_now_and_later()
    {
        var key = NewName();
        Assert.True(await CallAsync<string, bool>(Target.ForService("Steps", "sendCounter"), key));
        await UntilAsync(async () => await CallAsync<string, long>(Target.Object("Counter", key, "get"), "") == 11);
    }

    [Fact]
    public async Task Futures_compose() =>
        Assert.Equal("1 a,b c bad", await CallAsync<string, string>(Target.ForService("Steps", "combinators"), "a"));

    [Fact]
    public async Task A_future_races_a_timeout() =>
        Assert.Equal("x", await CallAsync<string, string>(Target.ForService("Steps", "timeout"), "x"));

    [Fact]
    public async Task Random_numbers_are_the_same_in_every_attempt()
    {
        var name = NewName();
        var answer = await CallAsync<string, string>(Target.ForService("Steps", "deterministic"), name);
        var seen = Assert.Single(TestServices.Effects.Keys, key => key.StartsWith(name + ":", StringComparison.Ordinal));
        Assert.Equal($"{name}:{answer}", seen);
    }

    [Fact]
    public async Task An_awakeable_is_resolved_by_another_handler()
    {
        (var blocked, var id) = await BlockAsync(NewName());
        await CallAsync<string, bool>(Target.ForService("Steps", "resolve"), id);
        Assert.Equal("resolved", await blocked);
    }

    [Fact]
    public async Task An_awakeable_is_rejected_by_another_handler()
    {
        (var blocked, var id) = await BlockAsync(NewName());
        await CallAsync<string, bool>(Target.ForService("Steps", "reject"), id);
        var exception = await Assert.ThrowsAsync<IngressException>(() => blocked);
        Assert.Equal((422, "rejected"), (exception.StatusCode, exception.Message));
    }

    [Fact]
    public async Task An_awakeable_is_resolved_through_the_ingress()
    {
        (var blocked, var id) = await BlockAsync(NewName());
        await _ingress.ResolveAwakeableAsync(id, "\"by ingress\""u8.ToArray());
        Assert.Equal("by ingress", await blocked);
    }

    [Theory]
    [InlineData("awakeable")]
    [InlineData("sleep")]
    public async Task Cancelling_fails_the_await(string mode)
    {
        var key = NewName();
        var receipt = await _ingress.SendAsync(Target.Object("Blocker", key, "block"), Json(mode));
        await UntilBlockedAsync(key);
        await restate.Admin.CancelAsync(receipt.InvocationId);
        var exception = await Assert.ThrowsAsync<IngressException>(() => _ingress.AttachAsync(receipt.InvocationId));
        Assert.Equal((409, "cancelled"), (exception.StatusCode, exception.Message));
    }

    [Fact]
    public async Task A_cancelled_handler_may_clean_up()
    {
        var key = NewName();
        var receipt = await _ingress.SendAsync(Target.Object("Blocker", key, "block"), Json("cleanup"));
        await UntilBlockedAsync(key);
        await CallAsync<string, bool>(Target.ForService("Steps", "cancel"), receipt.InvocationId);
        var response = await _ingress.AttachAsync(receipt.InvocationId);
        Assert.Equal("\"cleaned up\"", Encoding.UTF8.GetString(response.Body.Span));
    }

    [Fact]
    public async Task A_cancelled_handler_suspends_while_it_waits_to_clean_up()
    {
        var name = NewName();
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "slowCleanup"), Json(name));
        await UntilAsync(() => Task.FromResult(TestServices.Effects.ContainsKey(name)));
        await restate.Admin.CancelAsync(receipt.InvocationId);
        Assert.InRange(await _ingress.AttachAsync<int>(receipt.InvocationId), 1, 5);
    }

    [Fact]
    public async Task Cancelling_a_caller_cancels_its_callee()
    {
        var key = NewName();
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "blockOnChild"), Json(key));
        await UntilBlockedAsync(key);
        await restate.Admin.CancelAsync(receipt.InvocationId);
        var exception = await Assert.ThrowsAsync<IngressException>(() => _ingress.AttachAsync(receipt.InvocationId));
        Assert.Equal(409, exception.StatusCode);

        // The object is free again, so its handler has ended too.
        (var blocked, var id) = await BlockAsync(key);
        await CallAsync<string, bool>(Target.ForService("Steps", "resolve"), id);
        Assert.Equal("resolved", await blocked);
    }

    [Fact]
    public async Task Killing_a_caller_kills_its_callee()
    {
        var key = NewName();
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "blockOnChild"), Json(key));
        await UntilBlockedAsync(key);
        await restate.Admin.KillAsync(receipt.InvocationId);
        (var blocked, var id) = await BlockAsync(key);
        await CallAsync<string, bool>(Target.ForService("Steps", "resolve"), id);
        Assert.Equal("resolved", await blocked);
    }

    [Fact]
    public async Task Killing_ends_an_invocation_at_once()
    {
        var key = NewName();
        var receipt = await _ingress.SendAsync(Target.Object("Blocker", key, "block"), Json("cleanup"));
        await UntilBlockedAsync(key);
        await restate.Admin.KillAsync(receipt.InvocationId);
        var exception = await Assert.ThrowsAsync<IngressException>(() => _ingress.AttachAsync(receipt.InvocationId));
        Assert.Equal(409, exception.StatusCode);
        Assert.Equal("killed", exception.Message);
    }

    [Theory]
    [InlineData("Steps", "sleepOrRun")]
    [InlineData("Steps", "callee")]
    [InlineData("Steps", "sendCallee")]
    [InlineData("List", "setKey")]
    public async Task Code_that_does_not_fit_its_journal_fails_with_570(string service, string change)
    {
        var name = $"{change} {NewName()}";
        var receipt = await _ingress.SendAsync(
            service == "Steps" ? Target.ForService(service, "nonDeterministic") : Target.Object(service, name, "setDifferentKey"),
            Json(name));
        await UntilAsync(async () =>
        {
            var rows = await restate.Admin.QueryAsync(
                $"select coalesce(last_failure, '') as failure from sys_invocation where id = '{receipt.InvocationId}'");
            return rows[0].GetProperty("failure").GetString()!.StartsWith("[570", StringComparison.Ordinal);
        });
        await restate.Admin.KillAsync(receipt.InvocationId);
    }

    [Fact]
    public async Task An_invocation_is_attached_to_from_a_handler()
    {
        (var blocked, var id) = await BlockAsync(NewName());
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "waitForSignal"), Json(""));
        var attached = CallAsync<string, string>(Target.ForService("Steps", "attach"), receipt.InvocationId);
        await CallAsync<string, bool>(Target.ForService("Steps", "signal"), receipt.InvocationId);
        Assert.Equal("gone", await attached);
        await CallAsync<string, bool>(Target.ForService("Steps", "resolve"), id);
        await blocked;
    }

    [Fact]
    public async Task The_logger_says_everything_once()
    {
        var name = NewName();
        await CallAsync<string, string>(Target.ForService("Steps", "sideEffects"), name);
        Assert.Equal(
            [$"before {name}", $"after {name}"],
            restate.Log.Entries.Where(entry => entry.Category == "Restate.Steps.sideEffects" && entry.Message.EndsWith(name, StringComparison.Ordinal))
                .Select(entry => entry.Message));
    }

    [Fact]
    public async Task A_private_handler_is_called_by_handlers_only()
    {
        var exception = await Assert.ThrowsAsync<IngressException>(
            () => CallAsync<string, string>(Target.ForService("Steps", "hidden"), ""));
        Assert.Equal("ingress", exception.Source);
        Assert.Equal("seen", await CallAsync<string, string>(Target.ForService("Steps", "callHidden"), ""));
    }

    [Fact]
    public async Task Branches_of_a_handler_run_side_by_side()
    {
        var name = NewName();
        Assert.Equal("a1 b1 c1", await CallAsync<string, string>(Target.ForService("Steps", "branches"), name));
    }

    [Fact]
    public async Task A_handler_may_await_other_things_than_its_context()
    {
        var name = NewName();
        Assert.Equal(3, await CallAsync<string, int>(Target.ForService("Steps", "foreignAwait"), name));
    }

    [Fact]
    public async Task A_run_is_told_when_its_invocation_is_killed()
    {
        var name = NewName();
        var receipt = await _ingress.SendAsync(Target.ForService("Steps", "longRun"), Json(name));
        await UntilAsync(() => Task.FromResult(TestServices.Effects.ContainsKey(name + " started")));
        await restate.Admin.KillAsync(receipt.InvocationId);
        await UntilAsync(() => Task.FromResult(TestServices.Effects.ContainsKey(name + " stopped")));
    }

    [Fact]
    public async Task Headers_reach_the_handler()
    {
        var options = new IngressCallOptions { Headers = new Dictionary<string, string> { ["X-Custom"] = "value" } };
        Assert.Equal("value", await _ingress.CallAsync<string, string>(Target.ForService("Steps", "headers"), "x-custom", options));
    }

    protected static string NewName() => $"n{Guid.NewGuid():n}";

    protected static ReadOnlyMemory<byte> Json<T>(T value) => Serde.Json<T>().Serialize(value);

    protected Task<TOutput> CallAsync<TInput, TOutput>(Target target, TInput input) => _ingress.CallAsync<TInput, TOutput>(target, input);

    protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(20, patience.Token);
    }

    private Task<string> InterpretAsync(string key, params Command[] program) =>
        CallAsync<Command[], string>(Target.Object("Interpreter", key, "interpret"), program);

    private async Task CompleteAsync(string key, string awakeable, string how)
    {
        await UntilAsync(() => CallAsync<string, bool>(Target.Object("Interpreter", key, "has"), awakeable));
        await CallAsync<string, bool>(Target.Object("Interpreter", key, how), awakeable);
    }

    private async Task<(Task<string> Blocked, string AwakeableId)> BlockAsync(string key)
    {
        var before = await CallAsync<string, string?>(Target.Object("Blocker", key, "awakeable"), "");
        var blocked = CallAsync<string, string>(Target.Object("Blocker", key, "block"), "awakeable");
        var id = before;
        await UntilAsync(async () =>
            (id = await CallAsync<string, string?>(Target.Object("Blocker", key, "awakeable"), "")) != before);
        return (blocked, id!);
    }

    private Task UntilBlockedAsync(string key) => UntilAsync(async () =>
        await CallAsync<string, string?>(Target.Object("Blocker", key, "awakeable"), "") is not null);
}

public sealed class StreamingScenarios(StreamingFixture restate) : Scenarios(restate), IClassFixture<StreamingFixture>;

public sealed class AlwaysReplayScenarios(AlwaysReplayFixture restate) : Scenarios(restate), IClassFixture<AlwaysReplayFixture>;

public sealed class RequestResponseScenarios(RequestResponseFixture restate) : Scenarios(restate), IClassFixture<RequestResponseFixture>;

public sealed class ProtocolV7Scenarios(ProtocolV7Fixture restate) : Scenarios(restate), IClassFixture<ProtocolV7Fixture>
{
    private readonly RestateFixture _restate = restate;

    [Fact]
    public async Task A_run_pauses_the_invocation_when_its_attempts_are_used_up()
    {
        var name = NewName();
        var receipt = await _restate.Ingress.SendAsync(
            Target.ForService("Steps", "runPauses"), JsonSerializer.SerializeToUtf8Bytes(name));
        await UntilAsync(async () =>
        {
            var invocation = Assert.Single(
                await _restate.Admin.QueryAsync($"SELECT status FROM sys_invocation WHERE id = '{receipt.InvocationId}'"));
            return invocation.GetProperty("status").GetString() == "paused";
        });
        Assert.Equal(2, TestServices.Effects[name]);
        await _restate.Admin.KillAsync(receipt.InvocationId);
    }
}
