using Restate.Sdk;
using Statecharts;

namespace Machines.Testing.Tests;

public class MachineTestTests
{
    private static readonly PromiseActor<Job, string> Work = new("work");

    private static readonly DurableMachine Worker = new("worker", Build()) { FinalStateTtl = TimeSpan.FromMinutes(1), History = 2 };

    private readonly MachineTest _worker = MachineTest.Start(Worker, new Order("a"));

    private enum Stage
    {
        Idle,
        Working,
        Failed,
        Done,
    }

    private sealed record Order(string Name);

    private sealed record Begin;

    private sealed record Abort;

    private sealed record Job(string Name);

    private sealed record Worked(string Result);

    private sealed class Report
    {
        public string Name { get; set; } = "";

        public string? Result { get; set; }

        public string? Error { get; set; }
    }

    private static StateMachine Build()
    {
        var machine = new StateMachineBuilder<Stage, Report>("worker").Context<Order>(order => new Report { Name = order.Name }).InitialTransition(Stage.Idle);
        machine.Configure(Stage.Idle)
            .Permit<Begin>(Stage.Working, actions: run => run.Log((report, _) => $"begin {report.Name}"));
        machine.Configure(Stage.Working)
            .Permit<Abort>(Stage.Idle)
            .After(TimeSpan.FromSeconds(10), Stage.Failed)
            .Invoke(Work, report => new Job(report.Name), id: "job")
                .OnDone(Stage.Done, (report, result) => report.Result = result, run => run.Emit((_, result) => new Worked(result)))
                .OnError(Stage.Failed, (report, error) => report.Error = $"{error.Name}: {error.Message}");
        machine.Configure(Stage.Failed).Permit<Begin>(Stage.Working);
        machine.Configure(Stage.Done).Final();
        return machine.Build();
    }

    private static StateMachine Timed(TimeSpan limit)
    {
        var machine = new StateMachineBuilder<string, Report>("timed").InitialTransition("idle");
        machine.Configure("idle").Permit<Begin>("waiting");
        machine.Configure("waiting").After("limit", _ => limit, "late");
        machine.Configure("late").After(TimeSpan.FromSeconds(3), "given up");
        machine.Configure("given up");
        return machine.Build();
    }

    [Fact]
    public void It_starts_with_its_input()
    {
        Assert.True(_worker.IsIn(Stage.Idle));
        Assert.Equal("a", _worker.Context<Report>().Name);
        Assert.Equal(1ul, _worker.Revision);
    }

    [Fact]
    public void An_event_that_is_not_handled_is_refused_as_on_Restate()
    {
        var machine = new StateMachineBuilder<string, Report>("strict").InitialTransition("idle");
        machine.Configure("idle").Permit<Begin>("waiting");
        machine.Configure("waiting").Ignore<Begin>().InternalTransition<Abort>();
        var strict = MachineTest.Start(new DurableMachine("strict", machine.Build()) { UnhandledEvents = UnhandledEvents.Reject });

        var error = Assert.Throws<TerminalException>(() => strict.Send(new Abort()));
        Assert.Equal((400, "event.type: state \"idle\" does not handle 'ABORT'. It handles BEGIN."), (error.Code, error.Message));
        strict.Send(new Begin());
        strict.Send(new Begin());
        Assert.Equal("waiting", strict.Snapshot.Value.Name);
    }

    [Fact]
    public void A_promise_waits_for_the_test()
    {
        _worker.Send(new Begin());
        var job = Assert.Single(_worker.Promises);
        Assert.Equal(("job", "work", new Job("a")), (job.Id, job.Name, job.Input));
        Assert.Equal("begin a", Assert.Single(_worker.Log));
        Assert.Contains(_worker.Effects, effect => effect is StartPromise);

        _worker.Resolve("job", "fine");
        Assert.True(_worker.IsIn(Stage.Done));
        Assert.Equal("fine", _worker.Context<Report>().Result);
        Assert.Equal(new Worked("fine"), Assert.Single(_worker.Emitted).Data);
        Assert.Empty(_worker.Promises);
    }

    [Fact]
    public void A_rejection_keeps_type_and_message()
    {
        _worker.Send(new Begin());
        _worker.Reject("work", new TimeoutException("too slow"));
        Assert.Equal("TimeoutException: too slow", _worker.Context<Report>().Error);
    }

    [Fact]
    public void A_delay_is_over_at_its_time_and_not_before()
    {
        _worker.Send(new Begin());
        _worker.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.True(_worker.IsIn(Stage.Working));
        _worker.Advance(TimeSpan.FromTicks(1));
        Assert.True(_worker.IsIn(Stage.Failed));
        Assert.Equal(TimeSpan.FromSeconds(10), _worker.Elapsed);
    }

    [Fact]
    public void What_a_state_left_behind_is_over()
    {
        _worker.Send(new Begin());
        _worker.Send(new Abort());
        Assert.Empty(_worker.Promises);
        _worker.Advance(TimeSpan.FromDays(1));
        Assert.True(_worker.IsIn(Stage.Idle));
        Assert.Equal(3ul, _worker.Revision);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(11, false)]
    public void A_stand_in_takes_its_time(int seconds, bool inTime)
    {
        _worker.Answer<Job, string>("work", job => $"{job.Name}!", after: TimeSpan.FromSeconds(seconds));
        _worker.Send(new Begin());
        _worker.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(inTime, _worker.IsIn(Stage.Done));
        Assert.Equal(inTime ? "a!" : null, _worker.Context<Report>().Result);
    }

    [Fact]
    public void A_stand_in_that_comes_late_answers_what_runs_already()
    {
        _worker.Send(new Begin());
        _worker.Answer<Job, string>("work", _ => throw new InvalidOperationException("no"));
        Assert.Equal("InvalidOperationException: no", _worker.Context<Report>().Error);
    }

    [Fact]
    public void An_instance_that_is_done_is_kept_for_its_time_only()
    {
        _worker.Send(new Begin());
        _worker.Resolve("job", "fine");
        _worker.Advance(TimeSpan.FromSeconds(59));
        Assert.False(_worker.IsDisposed);
        _worker.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_worker.IsDisposed);
        Assert.Throws<InvalidOperationException>(() => _worker.Send(new Begin()));
    }

    [Fact]
    public void The_last_transitions_are_kept_as_far_as_the_machine_says()
    {
        Assert.Equal("xstate.init", Assert.Single(_worker.History).Event);
        _worker.Advance(TimeSpan.FromSeconds(5));
        _worker.Send(new Begin());
        _worker.Resolve("job", "fine");
        Assert.Equal(
            [(2, "BEGIN", 5, "\"working\""), (3, "xstate.done.actor.job", 5, "\"done\"")],
            _worker.History.Select(entry => ((int)entry.Revision, entry.Event, (int)entry.Time.TotalSeconds, entry.Value.ToString())));
        Assert.Empty(MachineTest.Start(Worker.Machine, new Order("b")).History);
    }

    [Fact]
    public void A_delay_that_is_negative_is_over_at_once_and_takes_no_time_back()
    {
        var order = MachineTest.Start(Timed(TimeSpan.FromSeconds(-5)));
        order.Advance(TimeSpan.FromSeconds(10));
        order.Send(new Begin());
        Assert.Equal("\"late\"", order.Snapshot.Value.ToString());
        order.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.Equal("\"late\"", order.Snapshot.Value.ToString());
        order.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("\"given up\"", order.Snapshot.Value.ToString());
    }

    [Fact]
    public void The_longest_delay_is_never_over()
    {
        var order = MachineTest.Start(Timed(TimeSpan.MaxValue));
        order.Advance(TimeSpan.FromSeconds(1));
        order.Send(new Begin());
        order.Advance(TimeSpan.FromDays(36500));
        Assert.Equal("\"waiting\"", order.Snapshot.Value.ToString());
    }

    [Fact]
    public void What_cannot_be_is_said_plainly()
    {
        Assert.Contains("NOPE", Assert.Throws<JsonFormatException>(() => _worker.Send(new Event("NOPE"))).Message, StringComparison.Ordinal);
        _worker.Send(new Begin());
        Assert.Contains("Running: job", Assert.Throws<InvalidOperationException>(() => _worker.Resolve("other")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _worker.Advance(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public void An_input_that_create_would_refuse_is_refused()
    {
        Assert.StartsWith("Machine 'worker' takes an input", Assert.Throws<ArgumentException>(() => MachineTest.Start(Worker)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Machine 'worker' takes an input of type Order, not Job.",
            Assert.Throws<ArgumentException>(() => MachineTest.Start(Worker, new Job("a"))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Machine 'timed' takes no input.",
            Assert.Throws<ArgumentException>(() => MachineTest.Start(Timed(TimeSpan.Zero), new Job("a"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_refuses_what_it_does_not_handle_does_so_here_too()
    {
        var strict = MachineTest.Start(new DurableMachine("strict", Build()) { UnhandledEvents = UnhandledEvents.Reject }, new Order("a"));
        var refusal = Assert.Throws<TerminalException>(() => strict.Send(new Abort()));
        Assert.Equal((400, "event.type: state \"idle\" does not handle 'ABORT'. It handles BEGIN."), (refusal.Code, refusal.Message));
        Assert.Equal(1ul, strict.Revision);
        strict.Send(new Begin());
        Assert.True(strict.IsIn(Stage.Working));
    }

    [Fact]
    public void What_goes_on_for_ever_without_any_time_is_an_error_and_not_a_test_that_hangs()
    {
        var ticking = new StateMachineBuilder<string, Report>("ticking").InitialTransition("idle");
        ticking.Configure("idle").Permit<Begin>("tick");
        ticking.Configure("tick").AfterReentry(TimeSpan.Zero);
        var polling = new StateMachineBuilder<string, Report>("polling").InitialTransition("poll");
        polling.Configure("poll").Invoke(Work).OnDone("again");
        polling.Configure("again").Always("poll");
        var tick = MachineTest.Start(ticking.Build());
        var poll = MachineTest.Start(polling.Build());

        Assert.StartsWith(
            "Machine 'ticking' goes on for ever at 00:00:00, in state \"tick\": more than 10000 delays and promises were over at that moment.",
            Assert.Throws<InvalidOperationException>(() => tick.Send(new Begin())).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => poll.Answer<Job, string>("work", _ => "not yet"));
    }

    [Fact]
    public void An_action_that_the_machine_does_not_have_fails_the_step_as_on_Restate()
    {
        var builder = new StateMachineBuilder<string, Report>("mailing").InitialTransition("idle");
        builder.Configure("idle").Permit<Begin>("sent", actions: run => run.Execute("mail"));
        builder.Configure("sent");
        var machine = builder.Build();
        var lacking = MachineTest.Start(new DurableMachine("mailing", machine));
        var having = MachineTest.Start(new DurableMachine("mailing", machine) { Actions = [new DurableAction<object?>("mail", (_, _) => default)] });
        var bare = MachineTest.Start(machine);

        Assert.Equal(
            "the machine performs the action 'mail', which this deployment does not have; add it to the machine's Actions",
            Assert.Throws<TerminalException>(() => lacking.Send(new Begin())).Message);
        Assert.True(lacking.Snapshot.Matches("idle"));
        having.Send(new Begin());
        bare.Send(new Begin());
        Assert.Equal(["mail", "mail"], having.Effects.Concat(bare.Effects).Cast<ExecuteAction>().Select(effect => effect.Name));
    }
}
