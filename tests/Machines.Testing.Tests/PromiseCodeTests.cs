using System.Text;
using System.Text.Json;
using Auth.V1;
using ExampleMachines;
using Restate.Sdk;
using Statecharts;

namespace Machines.Testing.Tests;

/// <summary>A test in memory that lets the code of promises run.</summary>
public class PromiseCodeTests
{
    private readonly List<string> _done = [];

    private enum Stage
    {
        Idle,
        Working,
        Failed,
        Done,
    }

    private sealed record Begin;

    private sealed record Abort;

    private sealed class Report
    {
        public string? Result { get; set; }

        public string? Error { get; set; }
    }

    [Fact]
    public void The_code_runs_on_the_tests_clock()
    {
        var auth = MachineTest.Start(AuthMachine.Definition, runPromises: true);
        auth.Send(new Auth.V1.Auth());
        auth.Advance(TimeSpan.FromSeconds(6) - TimeSpan.FromTicks(1));
        Assert.True(auth.IsIn(AuthState.Authorizing));
        auth.Advance(TimeSpan.FromTicks(1));
        Assert.True(auth.IsIn(AuthState.Authorized));
        Assert.StartsWith("token-", auth.Context<AuthContext>().Token, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_numbers_and_the_time_are_the_same_in_every_run()
    {
        string? Run() => Started(async (context, _) => $"{context.NewGuid()} {await context.Now():s}").Context<Report>().Result;
        Assert.EndsWith("1970-01-01T00:00:00", Run(), StringComparison.Ordinal);
        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Its_runs_are_retried_and_its_failures_reject_it()
    {
        var machine = Started(async (context, _) =>
        {
            await context.Run("first", _ => Do("first"));
            await context.Run("second", _ => Do("second", _done.Count < 2), new RunOptions { InitialRetryInterval = TimeSpan.FromSeconds(1) });
            return await context.Run<string>("third", _ => throw new TerminalException(418, "no coffee"));
        });
        Assert.Equal(["first", "second"], _done);
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["first", "second", "second"], _done);
        Assert.Equal("TerminalException 418 no coffee", machine.Context<Report>().Error);
    }

    [Fact]
    public void A_promise_that_is_retried_gets_the_results_it_had()
    {
        var attempts = 0;
        var machine = Started(
            async (context, _) =>
            {
                await context.Run("once", _ => Do("once"));
                await context.Sleep(TimeSpan.FromSeconds(1));
                return ++attempts < 3 ? throw new InvalidOperationException("not yet") : $"attempt {attempts}";
            },
            new InvocationRetryPolicy { InitialInterval = TimeSpan.FromSeconds(1), ExponentiationFactor = 1, MaxAttempts = 3 });
        machine.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(("attempt 3", "once"), (machine.Context<Report>().Result, Assert.Single(_done)));
    }

    [Theory]
    [InlineData(true, "yes", null)]
    [InlineData(false, null, "TerminalException 403 no")]
    public void The_test_completes_its_awakeables(bool success, string? result, string? error)
    {
        var machine = Started(async (context, _) => await context.Awakeable<string>());
        var awakeable = Assert.Single(machine.Awakeables);
        if (success)
            machine.ResolveAwakeable(awakeable, "yes");
        else
            machine.RejectAwakeable(awakeable, new TerminalException(403, "no"));
        Assert.Equal((result, error), (machine.Context<Report>().Result, machine.Context<Report>().Error));
        Assert.Empty(machine.Awakeables);
        Assert.Contains("Open: none", Assert.Throws<InvalidOperationException>(() => machine.ResolveAwakeable(awakeable, "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_answers_its_calls_in_time_or_not()
    {
        var machine = Started(async (context, _) =>
        {
            var call = context.CallFuture<int, string>(Target.ForService("Shop", "price"), 7);
            context.Send(Target.ForService("Shop", "note"), ReadOnlyMemory<byte>.Empty, new SendOptions { Delay = TimeSpan.FromDays(1) });
            return await call.OrTimeout(TimeSpan.FromSeconds(10));
        });
        Assert.Equal([("Shop/price", false), ("Shop/note", true)], machine.Calls.Select(call => ($"{call.Target}", call.IsOneWay)));
        machine.AnswerCall<int, string>("Shop", "price", amount => $"{amount} EUR", after: TimeSpan.FromSeconds(9));
        machine.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("7 EUR", machine.Context<Report>().Result);

        var late = Started(async (context, _) => await context.CallFuture<int, string>(Target.ForService("Shop", "price"), 7).OrTimeout(TimeSpan.FromSeconds(10)));
        late.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("TerminalException 408", late.Context<Report>().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_machine_is_answered_like_any_call()
    {
        var machine = MachineTest.Start(Machine(new RemoteMachine<object?, string>("payment", _ => "p-1")), runPromises: true);
        machine.AnswerCall<JsonElement?, JsonElement>("payment", "create", _ => JsonElement.Parse("""{"status": "active"}"""));
        machine.AnswerCall<JsonElement, JsonElement>("payment", "waitFor", _ => JsonElement.Parse("""{"status": "done", "output": "paid"}"""));
        machine.Send(new Begin());
        Assert.Equal("paid", machine.Context<Report>().Result);
    }

    [Theory]
    [InlineData(null, "send", """{"event":{"type":"BEGIN"}}""")]
    [InlineData("done", "waitFor", """{"event":{"type":"BEGIN"},"condition":"done","timeout":1500}""")]
    public void A_request_to_another_machine_is_answered_like_any_call(string? condition, string handler, string request)
    {
        var promise = new MachineRequest<object?, string>(
            "pay", "payment", _ => "p-1", _ => new Begin(), payment => payment.Output<string>()!, condition, condition is null ? null : TimeSpan.FromSeconds(1.5));
        var machine = MachineTest.Start(Machine(promise), runPromises: true);
        machine.AnswerCall<JsonElement, JsonElement>("payment", handler, _ => JsonElement.Parse("""{"status": "done", "output": "paid"}"""));
        machine.Send(new Begin());
        Assert.Equal("paid", machine.Context<Report>().Result);
        var call = Assert.Single(machine.Calls);
        Assert.Equal(($"payment/p-1/{handler}", request), ($"{call.Target}", Encoding.UTF8.GetString(call.Input.Span)));
    }

    [Fact]
    public void A_state_that_is_left_cancels_its_promise()
    {
        var machine = Started(async (context, _) =>
        {
            try
            {
                await context.Sleep(TimeSpan.FromHours(1));
                return "slept";
            }
            catch (TerminalException e) when (e.IsCancelled)
            {
                await context.Run("clean up", _ => Do("cleaned up"));
                throw;
            }
        });
        machine.Send(new Abort());
        Assert.Equal("cleaned up", Assert.Single(_done));
        Assert.Equal((true, null, null), (machine.IsIn(Stage.Idle), machine.Context<Report>().Result, machine.Context<Report>().Error));
    }

    [Fact]
    public void A_run_that_keeps_failing_is_not_tried_again_once_its_promise_was_cancelled()
    {
        var machine = Started(async (context, _) =>
        {
            await context.Run("charge", _ => Do("charge", fails: true), new RunOptions { InitialRetryInterval = TimeSpan.FromSeconds(1), RetryIntervalFactor = 1 });
            return "charged";
        });
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["charge", "charge"], _done);
        machine.Send(new Abort());
        machine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["charge", "charge"], _done);
    }

    [Fact]
    public void A_promise_that_is_cancelled_between_two_attempts_is_told_in_the_next()
    {
        var machine = Started(
            async (context, _) =>
            {
                _done.Add("attempt");
                if (_done.Count == 1)
                    throw new InvalidOperationException("not yet");
                try
                {
                    await context.Sleep(TimeSpan.FromSeconds(1));
                    return "slept";
                }
                catch (TerminalException e) when (e.IsCancelled)
                {
                    await context.Run("clean up", _ => Do("cleaned up"));
                    throw;
                }
            },
            new InvocationRetryPolicy { InitialInterval = TimeSpan.FromSeconds(1) });
        machine.Send(new Abort());
        machine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["attempt", "attempt", "cleaned up"], _done);
    }

    [Fact]
    public void Code_that_waits_for_several_things_gets_each_at_its_time_and_is_cancelled_in_all_of_them()
    {
        async Task Nap(SharedObjectContext context, int seconds)
        {
            await context.Sleep(TimeSpan.FromSeconds(seconds));
            _done.Add($"{seconds}");
        }

        var machine = Started(async (context, _) =>
        {
            await Task.WhenAll(Nap(context, 3), Nap(context, 1), Nap(context, 2));
            return "rested";
        });
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["1"], _done);
        machine.Send(new Abort());
        machine.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((1, true), (_done.Count, machine.IsIn(Stage.Idle)));

        machine.Send(new Begin());
        machine.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["1", "1", "2", "3"], _done);
        Assert.Equal("rested", machine.Context<Report>().Result);
    }

    [Fact]
    public void What_the_code_awaits_besides_its_context_is_waited_for()
    {
        var machine = Started(async (context, _) =>
        {
            await Task.Yield();
            await Task.Run(() => _done.Add("elsewhere"));
            await context.Sleep(TimeSpan.FromSeconds(1));
            await Task.Yield();
            return "done";
        });
        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("done", machine.Context<Report>().Result);
    }

    [Fact]
    public void It_sees_the_instance_and_a_stand_in_takes_its_place()
    {
        var promise = new DurablePromise<object?, string>("work", async (context, _) =>
            $"{context.Key} {JsonElement.Parse((await context.GetBytes("snapshot"))!.Value.Span).GetProperty("revision")}");
        var machine = MachineTest.Start(Machine(promise), runPromises: true);
        machine.Send(new Begin());
        Assert.Equal("test 2", machine.Context<Report>().Result);

        var other = MachineTest.Start(Machine(promise), runPromises: true);
        other.Answer<object?, string>("work", _ => "stand-in");
        other.Send(new Begin());
        Assert.Equal("stand-in", other.Context<Report>().Result);
    }

    private ValueTask Do(string what, bool fails = false)
    {
        _done.Add(what);
        return fails ? throw new InvalidOperationException("try again") : ValueTask.CompletedTask;
    }

    private static MachineTest Started(Func<SharedObjectContext, object?, ValueTask<string>> code, InvocationRetryPolicy? retry = null)
    {
        var machine = MachineTest.Start(Machine(new DurablePromise<object?, string>("work", code) { Retry = retry }), runPromises: true);
        machine.Send(new Begin());
        return machine;
    }

    private static StateMachine Machine(PromiseActor<object?, string> promise)
    {
        var machine = new StateMachineBuilder<Stage, Report>("worker").InitialTransition(Stage.Idle);
        machine.Configure(Stage.Idle).Permit<Begin>(Stage.Working);
        machine.Configure(Stage.Working)
            .Permit<Abort>(Stage.Idle)
            .Invoke(promise)
                .OnDone(Stage.Done, (report, result) => report.Result = result)
                .OnError(Stage.Failed, (report, error) => report.Error = $"{error.Name} {error.Code} {error.Message}");
        machine.Configure(Stage.Failed);
        machine.Configure(Stage.Done).Final();
        return machine.Build();
    }
}
