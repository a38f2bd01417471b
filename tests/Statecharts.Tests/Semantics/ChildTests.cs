namespace Statecharts.Tests.Semantics;

public class ChildTests
{
    private static readonly PromiseActor<string, int> s_work = new("work");

    [Fact]
    public void A_spawned_child_that_has_ended_stays_until_it_is_stopped()
    {
        var work = new PromiseActor("work");
        var (keeping, stopping) = (Spawning(_ => { }), Spawning(state => state.InternalTransition(
            "xstate.done.actor.*", actions: run => run.Stop((_, done) => done.Type[Event.DoneActorPrefix.Length..]))));

        Assert.Equal(3, Ended(keeping));
        Assert.Equal(0, Ended(stopping));

        StateMachine Spawning(Action<StateConfiguration<string, Data>> more) => TestMachines.Build(machine => more(machine.Configure("a")
            .InternalTransition("E", (data, _) => data.Count++, run => run.Spawn(work, (data, _) => $"c{data.Count}"))));

        static int Ended(StateMachine machine) =>
            new TestRun(machine).Send("E", "E", "E").Resolve("c1").Resolve("c3", "out").Resolve("c2").Restore().Snapshot.Children.Count;
    }

    [Fact]
    public void A_promise_starts_on_entry_and_its_output_arrives_typed()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Invoke(s_work, data => $"input {data.Count}", id: "w")
                .OnDone("b", (data, output) => data.Count = output);
            machine.Configure("b");
        }));
        Assert.Equal("input 0", run.Promises.Single().Input);

        run.Resolve("w", 7);

        Assert.Equal(("b", 7), (run.States, run.Snapshot.ContextAs<Data>().Count));
        Assert.Empty(run.Snapshot.Children);
    }

    private sealed record Hire(string? Name);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_child_without_an_id_is_an_error(string? name)
    {
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .InternalTransition<Hire>(actions: actions => actions.Spawn(s_work, (_, hire) => hire.Name!))));

        run.Send(new Hire(name));

        Assert.Equal("The id of a child that is to run 'work' is empty.", run.Snapshot.Error?.Message);
    }

    [Fact]
    public void The_first_matching_end_of_a_promise_is_taken()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Invoke(s_work, id: "w").OnDoneIf("b", (_, output) => output > 5).OnDone("c");
            machine.Configure("b");
            machine.Configure("c").Invoke(s_work, id: "w").OnErrorIf("d", (_, error) => error.Message == "bad").OnError();
            machine.Configure("d");
        }));

        Assert.Equal("c", run.Resolve("w", 1).States);
        Assert.Equal("d", run.Reject("w", "bad").States);
    }

    [Fact]
    public void A_failure_that_nothing_handles_is_the_machines_own()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a").Invoke(s_work, id: "w")));

        run.Reject("w", "broken");

        Assert.Equal((ActorStatus.Error, "broken"), (run.Snapshot.Status, run.Snapshot.Error!.Message));
        Assert.Empty(run.Snapshot.Children);
    }

    [Fact]
    public void Leaving_the_state_stops_what_it_invoked_and_entering_it_again_starts_anew()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a").Invoke(s_work, id: "w").OnDone().PermitReentry<Again>()));
        var first = run.Promises.Single();

        run.Send(new Again());

        var second = run.Promises.Single();
        Assert.NotEqual(first.Actor, second.Actor);
        Assert.Equal(first.Actor.Ids, second.Actor.Ids);
        Assert.Same(run.Snapshot, run.Snapshot.Machine.Resolve(run.Snapshot, first.Actor, 1).Snapshot);
    }

    [Fact]
    public void A_path_without_a_session_means_whoever_is_there_now()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a").Invoke(s_work, id: "w").OnDone((data, output) => data.Count = output)));

        var step = run.Snapshot.Machine.Resolve(run.Snapshot, ActorPath.Parse("w"), 3);

        Assert.Equal(3, step.Snapshot.ContextAs<Data>().Count);
    }

    [Fact]
    public void Several_children_of_one_state_run_side_by_side()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .Invoke(s_work, id: "one").OnDone((data, output) => data.Count += output)
            .Invoke(s_work, id: "two").OnDone((data, output) => data.Count += 10 * output)));

        Assert.Equal(["one", "two"], run.Snapshot.Children.Select(child => child.Id));
        Assert.Equal(21, run.Resolve("two", 2).Resolve("one", 1).Snapshot.ContextAs<Data>().Count);
    }

    [Fact]
    public void A_child_machine_gets_input_and_gives_output()
    {
        var child = new StateMachineBuilder<string, Data>("child").InitialTransition("ask")
            .Context<int>(input => new Data { Count = input })
            .Output(data => data.Count * 2);
        child.Configure("ask").Always("end");
        child.Configure("end").Final();
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Permit("E", "b");
            machine.Configure("b").Invoke<int>(child.Build(), _ => 21).OnDoneIf("c", (_, output) => output > 0, (data, output) => data.Text = $"{output}");
            machine.Configure("c");
        }));

        Assert.Equal("c", run.Send("E").States);
        Assert.Equal("42", run.Snapshot.ContextAs<Data>().Text);
    }

    [Fact]
    public void Parent_and_child_talk_to_each_other()
    {
        var child = TestMachines.Build(
            machine => machine.Configure("a").InternalTransition<Ping>(actions: run => run.Log("ping").SendParent((_, ping) => new Pong(ping.Number + 1))),
            id: "child");
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .Invoke(child, id: "c")
            .OnEntry(run => run.SendTo("c", new Ping(1)))
            .InternalTransition<Pong>((data, pong) => data.Count = pong.Number)
            .InternalTransition("E", actions: run => run.SendTo("c", (data, _) => new Ping(data.Count)))));

        Assert.Equal(2, run.Snapshot.ContextAs<Data>().Count);
        Assert.Equal(3, run.Send("E").Snapshot.ContextAs<Data>().Count);
    }

    [Fact]
    public void Siblings_reach_each_other_by_system_id()
    {
        var receiver = TestMachines.Build(machine => machine.Configure("a").InternalTransition<Ping>(actions: run => run.Log("got it")), id: "receiver");
        var sender = TestMachines.Build(machine => machine.Configure("a").InternalTransition("GO", actions: run => run.SendToSystem("mailbox", (_, _) => new Ping(1))), id: "sender");
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .Invoke(receiver, id: "r", systemId: "mailbox")
            .Invoke(sender, id: "s")
            .InternalTransition("E", actions: run => run.SendTo("s", new Event("GO")))));

        Assert.Equal("got it", run.Restore().Send("E").TakeLog());
    }

    [Fact]
    public void Two_actors_cannot_have_one_system_id()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .Invoke(s_work, id: "one", systemId: "same")
            .Invoke(s_work, id: "two", systemId: "same")));

        Assert.Equal("Actor with system ID 'same' already exists.", run.Snapshot.Error!.Message);
    }

    [Fact]
    public void A_child_machines_snapshots_come_to_its_parent()
    {
        var child = TestMachines.Build(machine => machine.Configure("a").InternalTransition<Ping>((data, ping) => data.Count = ping.Number), id: "child");
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Invoke(child, id: "c")
                .OnSnapshotIf("b", (_, snapshot) => ((Snapshot)snapshot).ContextAs<Data>().Count > 1)
                .OnSnapshot((data, snapshot) => data.Text += ((Snapshot)snapshot).ContextAs<Data>().Count)
                .InternalTransition<Ping>(actions: run => run.SendTo("c", (_, ping) => ping));
            machine.Configure("b");
        }));

        run.Send(new Ping(1), new Ping(2));

        Assert.Equal(("b", "01"), (run.States, run.Snapshot.ContextAs<Data>().Text));
    }

    [Fact]
    public void A_spawned_child_outlives_its_state_until_it_is_stopped()
    {
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Permit("E", "b", actions: run => run.Spawn(s_work, "w", (data, _) => "in"));
            machine.Configure("b").Permit("E", "c");
            machine.Configure("c").InternalTransition("STOP", actions: run => run.Stop("w"));
        }));

        Assert.Equal("w", run.Send("E", "E").Snapshot.Children.Single().Id);
        Assert.Single(run.Promises);
        Assert.Empty(run.Send("STOP").Snapshot.Children);
        Assert.Empty(run.Promises);
    }

    [Fact]
    public void A_child_spawned_under_an_id_in_use_takes_the_place_of_the_one_before()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a").InternalTransition("E", actions: run => run.Spawn(s_work, "w"))));
        var first = run.Send("E").Promises.Single().Actor;

        run.Send("E");

        Assert.NotEqual(first, run.Promises.Single().Actor);
        Assert.Single(run.Snapshot.Children);
    }

    [Fact]
    public void Sending_to_a_child_that_is_not_there_is_an_error()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a").InternalTransition("E", actions: run => run.SendTo("nobody", new Ping(1)))));

        Assert.Equal("Unable to send event to actor 'nobody' from machine 'm'.", run.Send("E").Snapshot.Error!.Message);
    }

    [Fact]
    public void A_child_that_fails_to_start_is_an_error_its_parent_can_handle()
    {
        var child = new StateMachineBuilder<string, Data>("child").InitialTransition("a")
            .Context(() => throw new InvalidOperationException("no context"));
        child.Configure("a");
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Invoke(child.Build(), id: "c").OnError("b", (data, error) => data.Text = error.Message);
            machine.Configure("b");
        }));

        Assert.Equal(("b", "no context"), (run.States, run.Snapshot.ContextAs<Data>().Text));
    }

    [Fact]
    public void What_a_failed_machine_leaves_behind_ends_with_it()
    {
        var child = TestMachines.Build(
            machine => machine.Configure("a").Invoke(s_work, id: "w").InternalTransition("FAIL", (_, _) => throw new InvalidOperationException("no")),
            id: "child");
        var run = new TestRun(Machine(machine =>
        {
            machine.Configure("a").Invoke(child, id: "c").OnError().InternalTransition("FAIL", actions: run => run.SendTo("c", new Event("FAIL")))
                .Permit("OUT", "b");
            machine.Configure("b");
        }));

        Assert.Single(run.Send("FAIL").Promises);
        Assert.Empty(run.Send("OUT").Promises);
    }

    [Fact]
    public void An_actor_is_found_by_its_path()
    {
        var child = TestMachines.Build(machine => machine.Configure("a").Invoke(s_work, id: "w"), id: "child");
        var machine = Machine(machine => machine.Configure("a").Invoke(child, id: "c"));
        var snapshot = machine.Start().Snapshot;

        var promise = machine.FindActor(snapshot, ActorPath.Parse("c/w"))!;
        Assert.Same(s_work, promise.Promise);
        Assert.Same(child.DataModel, promise.DataModel);
        Assert.Equal("c/w@2", promise.Path.ToString());
        Assert.Same(child, machine.FindActor(snapshot, ActorPath.Root.Child("c"))!.Machine);
        Assert.Same(machine, machine.FindActor(snapshot, ActorPath.Root)!.Machine);
        Assert.Null(machine.FindActor(snapshot, ActorPath.Parse("c/x")));
        Assert.Null(machine.FindActor(snapshot, ActorPath.Parse("c@9/w@9")));
    }

    [Fact]
    public void A_host_carries_out_emitted_events_and_actions_of_its_own()
    {
        var run = new TestRun(Machine(machine => machine.Configure("a")
            .OnEntry(run => run.Emit(new Ping(1)).Execute("audit", (data, _) => data.Count).Execute("plain"))));

        Assert.Equal(new Event("PING", new Ping(1)), run.Emitted.Single().Event);
        Assert.Equal([("audit", 0), ("plain", null)], run.Executed.Select(action => (action.Name, (object?)action.Parameters)));
    }

    private sealed record Again;

    private sealed record Ping(int Number);

    private sealed record Pong(int Number);

    private static StateMachine Machine(Action<StateMachineBuilder<string, Data>> define) => TestMachines.Build(define);
}
