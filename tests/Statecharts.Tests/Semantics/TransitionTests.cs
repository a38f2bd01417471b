namespace Statecharts.Tests.Semantics;

public class TransitionTests
{
    private static readonly string[] s_regions = ["p.q", "p.r"];
    private static readonly string[] s_states = ["any", "prefix", "longer", "exact"];

    [Fact]
    public void An_event_is_answered_by_the_innermost_state_that_can()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").InitialTransition("a.b").Permit("E", "outer");
            machine.Configure("a.b").Permit("E", "inner");
            machine.Configure("outer");
            machine.Configure("inner");
        }));

        Assert.Equal("inner", run.Send("E").States);
    }

    [Fact]
    public void The_first_transition_whose_guard_holds_is_taken()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a")
                .PermitIf("E", "one", (data, _) => data.Count == 1)
                .PermitIf("E", "two", (data, _) => data.Count == 0)
                .Permit("E", "three");
            machine.Configure("one");
            machine.Configure("two");
            machine.Configure("three");
        }));

        Assert.Equal("two", run.Send("E").States);
    }

    [Fact]
    public void States_are_left_from_the_inside_out_and_entered_from_the_outside_in()
    {
        var run = new TestRun(Machine(machine =>
        {
            Logging(machine, "a").InitialTransition("a.b");
            Logging(machine, "a.b").Permit("E", "x.y", actions: run => run.Log("E"));
            Logging(machine, "x").InitialTransition("x.z");
            Logging(machine, "x.z");
            Logging(machine, "x.y");
        }));
        Assert.Equal("+a +a.b", run.TakeLog());

        Assert.Equal("-a.b -a E +x +x.y", run.Send("E").TakeLog());
    }

    [Fact]
    public void A_transition_to_a_descendant_does_not_leave_its_source()
    {
        var run = new TestRun(Machine(machine =>
        {
            Logging(machine, "a").InitialTransition("a.b").Permit("E", "a.c").Permit("SELF", "a");
            Logging(machine, "a.b");
            Logging(machine, "a.c");
        }));
        run.TakeLog();

        Assert.Equal("-a.b +a.c", run.Send("E").TakeLog());
        Assert.Equal("-a.c +a.b", run.Send("SELF").TakeLog());
    }

    [Fact]
    public void A_reentering_transition_leaves_and_enters_its_source()
    {
        var run = new TestRun(Machine(machine =>
        {
            Logging(machine, "a").InitialTransition("a.b").PermitReentry<Again>().PermitReentry<To>("a.c");
            Logging(machine, "a.b");
            Logging(machine, "a.c");
        }));
        run.TakeLog();

        Assert.Equal("-a.b -a +a +a.b", run.Send(new Again()).TakeLog());
        Assert.Equal("-a.b -a +a +a.c", run.Send(new To()).TakeLog());
    }

    [Fact]
    public void A_transition_without_a_target_leaves_nothing()
    {
        var run = new TestRun(Machine(machine => Logging(machine, "a").InternalTransition("E", (data, _) => data.Count++)));
        run.TakeLog();

        Assert.Equal("", run.Send("E").TakeLog());
        Assert.Equal(1, run.Snapshot.ContextAs<Data>().Count);
    }

    [Fact]
    public void An_ignored_event_is_kept_from_the_states_around()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").InitialTransition("a.b").Permit("E", "x");
            machine.Configure("a.b").Ignore("E");
            machine.Configure("x");
        }));

        Assert.Equal("a.b", run.Send("E").States);
        Assert.False(run.Snapshot.Can(new Event("E")));
    }

    [Theory]
    [InlineData("order", "prefix")]
    [InlineData("order.placed", "exact")]
    [InlineData("order.placed.late", "longer")]
    [InlineData("order.shipped", "prefix")]
    [InlineData("orders", "any")]
    public void The_most_exact_descriptor_goes_first(string type, string expected)
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a")
                .Permit("*", "any").Permit("order.*", "prefix").Permit("order.placed.*", "longer").Permit("order.placed", "exact");
            foreach (var state in s_states)
                machine.Configure(state);
        }));

        Assert.Equal(expected, run.Send(type).States);
    }

    [Theory]
    [InlineData("a.*.*", "a.b.c", false)]
    [InlineData("a*.*", "a*.b", true)]
    [InlineData("*", "anything", true)]
    public void Only_a_star_at_the_end_is_a_wildcard(string wildcard, string type, bool expected) =>
        Assert.Equal(expected, EventDescriptor.Matches(wildcard, type));

    [Fact]
    public void A_transition_can_lead_to_a_state_in_each_of_several_regions()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Permit("E", ["p.q.two", "p.r.two"]);
            machine.Configure("p").Parallel();
            foreach (var region in s_regions)
            {
                machine.Configure(region).InitialTransition($"{region}.one");
                machine.Configure($"{region}.one");
                machine.Configure($"{region}.two");
            }
        }));

        Assert.Equal("p.q.two p.r.two", run.Send("E").States);
    }

    [Fact]
    public void Events_can_be_named_by_messages_and_carry_data()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .InternalTransitionIf<Add>((_, add) => add.Number > 0, (data, add) => data.Count += add.Number)));

        run.Send(new Add(2), new Add(-5), new Add(3));

        Assert.Equal(5, run.Snapshot.ContextAs<Data>().Count);
    }

    [Fact]
    public void A_guard_that_throws_is_the_machines_error()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").PermitIf("E", "b", (_, _) => throw new InvalidOperationException("no luck"), guardName: "lucky");
            machine.Configure("b");
        }));

        run.Send("E");

        Assert.Equal(ActorStatus.Error, run.Snapshot.Status);
        Assert.Equal("InvalidOperationException", run.Snapshot.Error!.Name);
        Assert.Equal("Unable to evaluate guard 'lucky' in transition for event 'E' in state node 'm.a':\nno luck", run.Snapshot.Error.Message);
        Assert.Equal("a", run.States);
    }

    [Fact]
    public void An_action_that_throws_undoes_the_step_but_not_what_it_logged()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Permit("E", "b", (data, _) => data.Count = 9, run => run.Log("before").Assign((_, _) => throw new InvalidOperationException("no")));
            machine.Configure("b");
        }));

        run.Send("E").Send("E");

        Assert.Equal((ActorStatus.Error, "no"), (run.Snapshot.Status, run.Snapshot.Error!.Message));
        Assert.Equal(("a", 0), (run.States, run.Snapshot.ContextAs<Data>().Count));
        Assert.Equal("before", run.TakeLog());
    }

    private sealed record Again;

    private sealed record To;

    private sealed record Add(int Number);

    private static StateMachine Machine(Action<StateMachineBuilder<string, Data>> define) => TestMachines.Build(define);

    private static StateConfiguration<string, Data> Logging(StateMachineBuilder<string, Data> machine, string state) =>
        TestMachines.Logging(machine, state);
}
