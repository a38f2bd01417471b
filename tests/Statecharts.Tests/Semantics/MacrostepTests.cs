namespace Statecharts.Tests.Semantics;

public class MacrostepTests
{
    [Fact]
    public void Transitions_without_an_event_are_taken_until_none_is_enabled()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Permit("E", "b");
            machine.Configure("b").Always("c", (data, _) => data.Count++);
            machine.Configure("c").AlwaysIf("d", (data, _) => data.Count == 1).AlwaysIf("a", (_, _) => true);
            machine.Configure("d");
        }));

        Assert.Equal("d", run.Send("E").States);
    }

    [Fact]
    public void Raised_events_are_taken_before_any_from_outside_and_after_those_without_an_event()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Permit("E", "b", actions: run => run.SendSelf(new Event("OUTER")).Raise(new Event("INNER")));
            machine.Configure("b").Always("c");
            machine.Configure("c").InternalTransition("INNER", actions: run => run.Log("inner"))
                .InternalTransition("OUTER", actions: run => run.Log("outer"));
        }));

        Assert.Equal("inner outer", run.Send("E").TakeLog());
    }

    [Fact]
    public void Assignments_and_messages_see_the_context_in_order()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a").InternalTransition(
            "E",
            actions: run => run
                .Log((data, _) => data.Count)
                .Assign((data, _) => data.Count++)
                .Log((data, _) => data.Count)
                .If((data, _) => data.Count == 1, then => then.Log("one"), otherwise => otherwise.Log("more")))));

        Assert.Equal("0 1 one", run.Send("E").TakeLog());
        Assert.Equal("1 2 more", run.Send("E").TakeLog());
    }

    [Fact]
    public void A_context_can_be_replaced_instead_of_changed()
    {
        var machine = new StateMachineBuilder<string, Point>("point").Context(() => new Point(1, 2));
        machine.Root.InternalTransition<Point>(actions: run => run.Assign((point, by) => point with { X = point.X + by.X }));

        Assert.Equal(new Point(4, 2), new TestRun(machine.Build()).Send(new Point(3, 0)).Snapshot.Context);
    }

    [Fact]
    public void An_assign_that_changes_the_context_in_place_and_returns_it_leaves_the_snapshot_before_as_it_was()
    {
        var machine = TestMachines.Build(machine => machine.Configure("a").InternalTransition("E", actions: run => run.Assign((data, _) =>
        {
            data.Count++;
            return data;
        })));
        var before = machine.Start().Snapshot;

        var after = machine.Send(before, "E").Snapshot;

        Assert.Equal((0, 1), (before.ContextAs<Data>().Count, after.ContextAs<Data>().Count));
        Assert.NotSame(before, after);
    }

    [Fact]
    public void A_message_of_the_definition_is_another_each_time()
    {
        var machine = new StateMachineBuilder<string, List<Data>>("m").Context(() => []).InitialTransition("a");
        machine.Configure("a")
            .InternalTransition("E", actions: run => run.Raise(new Data { Count = 1 }))
            .InternalTransition("F", actions: run => run.Raise(new Event("DATA", new Data { Count = 1 })))
            .InternalTransition<Data>((list, data) => list.Add(data), run => run.Assign((list, _) => { list[^1].Count++; }));
        var built = machine.Build();

        foreach (var type in (string[])["E", "E", "F", "F"])
            Assert.Equal(2, built.Send(built.Start().Snapshot, type).Snapshot.ContextAs<List<Data>>().Single().Count);
    }

    [Fact]
    public void An_endless_loop_is_an_error_that_names_the_cycle()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.MaxMicrosteps(100);
            machine.Configure("a").Permit("E", "b");
            machine.Configure("b").Always("c");
            machine.Configure("c").Always("b");
        }));

        run.Send("E");

        Assert.Equal(ActorStatus.Error, run.Snapshot.Status);
        Assert.Equal(
            "Infinite loop detected: machine 'm' took more than 100 microsteps for one event. "
            + "The cycle is: m.c --always--> m.b; m.b --always--> m.c.",
            run.Snapshot.Error!.Message);
    }

    [Fact]
    public void A_machine_that_sends_itself_events_for_ever_is_an_error()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.MaxMicrosteps(100);
            machine.Configure("a").InternalTransition("E", actions: run => run.SendSelf(new Event("E")));
        }));

        Assert.Contains("sent each other more than 100 events", run.Send("E").Snapshot.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transition_without_event_and_target_that_changes_nothing_is_taken_once()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a").Permit("E", "b")
            .OnExit(run => run.Log("-a")).SubstateOf("p")));
        Assert.Equal("p.b", run.Send("E").States);

        static StateMachine Machine(Action<StateMachineBuilder<string, Data>> define)
        {
            var machine = new StateMachineBuilder<string, Data>("m").InitialTransition("p");
            machine.Configure("p").InitialTransition("p.a").Always([], actions: run => run.Log("always"));
            machine.Configure("p.a").Permit("E", "p.b");
            machine.Configure("p.b");
            return machine.Build();
        }
    }

    [Fact]
    public void Done_data_bubbles_up_to_the_output_of_the_machine()
    {
        var machine = new StateMachineBuilder<string, Data>("m").InitialTransition("a")
            .Output((data, final) => $"{data.Count} {final}");
        machine.Configure("a").InitialTransition("a.b").OnDone("end", (data, output) => data.Count = (int)output!);
        machine.Configure("a.b").Permit("E", "a.f");
        machine.Configure("a.f").Final(_ => 42);
        machine.Configure("end").Final(_ => "ended");

        var run = new TestRun(machine.Build()).Send("E");

        Assert.Equal(ActorStatus.Done, run.Snapshot.Status);
        Assert.Equal("42 ended", run.Snapshot.Output);
        Assert.Same(run.Snapshot, run.Send("E").Snapshot);
    }

    [Fact]
    public void All_exit_actions_run_when_the_machine_is_done()
    {
        var run = new TestRun(Machine(machine =>
        {
            TestMachines.Logging(machine, "a").Permit("E", "f");
            TestMachines.Logging(machine, "f").Final();
        }));
        run.TakeLog();

        Assert.Equal("-a +f -f", run.Send("E").TakeLog());
    }

    [Fact]
    public void Tags_are_those_of_all_active_states_sorted()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Tag("z", "b").InitialTransition("a.b").Description("the start");
            machine.Configure("a.b").Tag("a", "b").Meta(new System.Text.Json.Nodes.JsonObject { ["x"] = 1 });
        }));

        Assert.Equal(["a", "b", "z"], run.Snapshot.Tags);
        Assert.True(run.Snapshot.HasTag("z"));
        Assert.False(run.Snapshot.HasTag("c"));
        Assert.Equal("the start", run.Snapshot.Machine.FindState("a")!.Description);
        Assert.Equal(1, (int)run.Snapshot.Machine.FindState("a.b")!.Meta!["x"]!);
    }

    [Fact]
    public void A_snapshot_tells_what_it_accepts()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Root.InternalTransition("R", (_, _) => { });
            machine.Configure("a").PermitIf("E", "b", (data, _) => data.Count > 0).Ignore("I").Permit("a.*", "b");
            machine.Configure("b");
        }));

        Assert.Equal(["R", "E", "a.*"], run.Snapshot.AcceptedEvents);
        Assert.False(run.Snapshot.Can(new Event("E")));
        Assert.True(run.Snapshot.Can(new Event("a.b")));
    }

    [Fact]
    public void Stopping_an_instance_stops_its_children()
    {
        var promise = new PromiseActor("work");
        var machine = Machine(machine => machine.Configure("a").Invoke(promise, id: "w").After(TimeSpan.FromSeconds(1), "a"));

        var step = machine.Stop(machine.Start().Snapshot);

        Assert.Equal(ActorStatus.Stopped, step.Snapshot.Status);
        Assert.Contains(step.Effects, effect => effect is StopPromise { Actor.Id: "w" });
        Assert.Contains(step.Effects, effect => effect is CancelAllScheduled { Actor.IsRoot: true });
    }

    private sealed record Point(int X, int Y);

    private static StateMachine Machine(Action<StateMachineBuilder<string, Data>> define) => TestMachines.Build(define);
}
