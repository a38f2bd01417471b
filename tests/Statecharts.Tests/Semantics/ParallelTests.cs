namespace Statecharts.Tests.Semantics;

public class ParallelTests
{
    private static readonly string[] s_regions = ["p.x", "p.y"];

    [Fact]
    public void Every_region_answers_an_event()
    {
        var run = new TestRun(TwoRegions(machine =>
        {
            machine.Configure("p.x.1").Permit("E", "p.x.2", actions: run => run.Log("x"));
            machine.Configure("p.y.1").Permit("E", "p.y.2", actions: run => run.Log("y"));
        }));

        Assert.Equal("p.x.2 p.y.2", run.Send("E").States);
        Assert.Equal("x y", run.TakeLog());
    }

    [Fact]
    public void A_region_that_answers_keeps_the_event_from_the_state_around()
    {
        var run = new TestRun(TwoRegions(machine =>
        {
            machine.Configure("p").Permit("E", "out");
            machine.Configure("p.x.1").Permit("E", "p.x.2");
        }));

        Assert.Equal("p.x.2 p.y.1", run.Send("E").States);
    }

    [Fact]
    public void Of_two_transitions_that_leave_the_same_state_the_first_region_s_is_taken()
    {
        var run = new TestRun(TwoRegions(machine =>
        {
            machine.Configure("p.x.1").Permit("E", "p.x.2");
            machine.Configure("p.y.1").Permit("E", "out");
        }));
        Assert.Equal("p.x.2 p.y.1", run.Send("E").States);

        run = new TestRun(TwoRegions(machine =>
        {
            machine.Configure("p.x.1").Permit("E", "out");
            machine.Configure("p.y.1").Permit("E", "p.y.2");
        }));
        Assert.Equal("out", run.Send("E").States);
    }

    [Fact]
    public void Regions_are_left_in_reverse_document_order()
    {
        var run = new TestRun(TwoRegions(
            machine => machine.Configure("p").Permit("OUT", "out"), TestMachines.Logging));
        Assert.Equal("+p +p.x +p.x.1 +p.y +p.y.1", run.TakeLog());

        Assert.Equal("-p.y.1 -p.y -p.x.1 -p.x -p +out", run.Send("OUT").TakeLog());
    }

    [Fact]
    public void A_parallel_state_is_done_when_all_its_regions_are()
    {
        var run = new TestRun(TwoRegions(machine =>
        {
            machine.Configure("p").OnDone("out");
            machine.Configure("p.x.1").Permit("X", "p.x.2");
            machine.Configure("p.y.1").Permit("Y", "p.y.2");
            machine.Configure("p.x.2").Final();
            machine.Configure("p.y.2").Final();
        }));

        Assert.Equal("p.x.2 p.y.1", run.Send("X").States);
        Assert.Equal("out", run.Send("Y").States);
    }

    [Fact]
    public void A_guard_can_ask_for_the_state_of_another_region()
    {
        var run = new TestRun(TwoRegions(machine =>
        {
            machine.Configure("p.x.1").PermitIf<Go>("p.x.2", (_, _, active) => active.Contains("p.y.2"));
            machine.Configure("p.y.1").Permit("Y", "p.y.2");
        }));

        Assert.Equal("p.x.1 p.y.1", run.Send(new Go()).States);
        Assert.Equal("p.x.2 p.y.2", run.Send("Y", new Go()).States);
    }

    [Fact]
    public void Transitions_without_an_event_go_in_the_order_in_which_states_were_entered_even_after_a_restart()
    {
        var machine = TwoRegions(machine =>
        {
            machine.Root.InternalTransition("GO", (data, _) => data.Count++);
            machine.Configure("p.x.1").Permit("E", "p.x.2");
            machine.Configure("p.x.2").AlwaysIf("p.x.1", (data, _) => data.Count > 0, actions: run => run.Log("x"));
            machine.Configure("p.y.1").AlwaysIf("p.y.2", (data, _) => data.Count > 0, actions: run => run.Log("y"));
        });

        Assert.Equal("y x", new TestRun(machine).Send("E", "GO").TakeLog());
        Assert.Equal("y x", new TestRun(machine).Send("E").Restore().Send("GO").TakeLog());
    }

    [Fact]
    public void The_value_of_a_parallel_state_names_all_its_regions()
    {
        var run = new TestRun(TwoRegions(_ => { }));

        Assert.Equal("""{"p":{"x":"1","y":"1"}}""", run.Snapshot.Value.ToString());
        Assert.True(run.Snapshot.Matches("p.x.1"));
        Assert.True(run.Snapshot.Matches("#m.p"));
        Assert.False(run.Snapshot.Matches("p.x.2"));
        Assert.False(run.Snapshot.Matches("nowhere"));
    }

    private sealed record Go;

    private static StateMachine TwoRegions(
        Action<StateMachineBuilder<string, Data>> define,
        Func<StateMachineBuilder<string, Data>, string, StateConfiguration<string, Data>>? configure = null)
    {
        configure ??= (machine, state) => machine.Configure(state);
        return TestMachines.Build(
            machine =>
            {
                configure(machine, "p").Parallel();
                foreach (var region in s_regions)
                {
                    configure(machine, region).InitialTransition($"{region}.1");
                    configure(machine, $"{region}.1");
                    configure(machine, $"{region}.2");
                }
                configure(machine, "out");
                define(machine);
            },
            initial: "p");
    }
}
