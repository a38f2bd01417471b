namespace Statecharts.Tests.Semantics;

public class DelayTests
{
    [Fact]
    public void A_state_is_left_after_its_delay()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").After(TimeSpan.FromMilliseconds(100), "b").After(TimeSpan.FromMilliseconds(50), []);
            machine.Configure("b");
        }));

        Assert.Equal("a", run.Advance(99).States);
        Assert.Equal("b", run.Advance(1).States);
    }

    [Fact]
    public void Leaving_a_state_earlier_cancels_its_delays()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").After(TimeSpan.FromMilliseconds(100), "c").Permit("E", "b");
            machine.Configure("b");
            machine.Configure("c");
        }));

        Assert.Equal("b", run.Send("E").Advance(1000).States);
    }

    [Fact]
    public void A_delay_can_enter_its_state_again_and_so_come_again()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").AfterReentry(TimeSpan.FromMilliseconds(100), (data, _) => data.Count++).Permit("E", "b");
            machine.Configure("b");
        }));

        Assert.Equal(3, run.Advance(350).Snapshot.ContextAs<Data>().Count);
        Assert.Equal(3, run.Send("E").Advance(1000).Snapshot.ContextAs<Data>().Count);
    }

    [Fact]
    public void A_guard_can_let_a_delay_pass()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a")
                .AfterIf(TimeSpan.FromMilliseconds(10), "b", (data, _) => data.Count > 0)
                .After(TimeSpan.FromMilliseconds(10), "c");
            machine.Configure("b");
            machine.Configure("c");
        }));

        Assert.Equal("c", run.Advance(10).States);
    }

    [Fact]
    public void A_delay_can_depend_on_the_context()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").OnEntry((data, _) => data.Count = 30)
                .After("patience", data => TimeSpan.FromMilliseconds(data.Count), "b");
            machine.Configure("b");
        }));

        Assert.Equal("a", run.Advance(29).States);
        Assert.Equal("b", run.Advance(1).States);
    }

    [Fact]
    public void A_delayed_event_can_be_cancelled_by_its_name()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .OnEntry(run => run
                .Raise(new Event("ONE"), TimeSpan.FromMilliseconds(10), "one")
                .SendSelf(new Event("TWO"), TimeSpan.FromMilliseconds(10), "two")
                .SendSelf(new Event("THREE"), TimeSpan.FromMilliseconds(10)))
            .InternalTransition("STOP", actions: run => run.Cancel("one"))
            .InternalTransition("*", actions: run => run.Log((_, @event) => @event.Type))));

        Assert.Equal("TWO THREE", run.Send("STOP").Advance(10).TakeLog());
    }

    [Fact]
    public void A_late_event_does_not_reach_a_later_child_with_the_same_id()
    {
        var child = TestMachines.Build(machine => machine.Configure("a").InternalTransition("*", actions: run => run.Log("late")), id: "child");
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .Invoke(child, id: "c")
            .InternalTransition("E", actions: run => run.SendTo("c", new Event("HI"), TimeSpan.FromMilliseconds(10)))
            .PermitReentry<Again>()));

        Assert.Equal("", run.Send("E", new Again()).Advance(10).TakeLog());
        Assert.Equal("late", run.Send("E").Advance(10).TakeLog());
    }

    private sealed record Again;

    private static StateMachine Machine(Action<StateMachineBuilder<string, Data>> define) => TestMachines.Build(define);
}
