namespace Statecharts.Tests.Semantics;

/// <summary>What happens in which order, above all between actors.</summary>
public class OrderTests
{
    private static readonly PromiseActor s_work = new("work");

    [Fact]
    public void Messages_go_out_once_the_transition_is_through_and_logs_at_once()
    {
        var child = Machine("child", machine => machine.Configure("a").InternalTransition("*", actions: run => run.Log((_, @event) => $"child {@event.Type}")));
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Root.Invoke(child, id: "c");
            machine.Configure("a").Permit("E", "b", actions: run => run.SendTo("c", "ONE").Log("transition").SendTo("c", "TWO"));
            machine.Configure("b").OnEntry(run => run.Log("entry"));
        }));

        Assert.Equal("transition entry child ONE child TWO", run.Send("E").TakeLog());
    }

    [Fact]
    public void What_is_taken_of_the_context_is_as_it_was_when_the_action_came()
    {
        var child = Machine("child", machine => machine.Configure("a").InternalTransition<Data>(actions: run => run.Log((_, data) => $"child {data.Count}")));
        var machine = Machine("m", machine =>
        {
            machine.Root.Invoke(child, id: "c");
            machine.Configure("a").Permit("E", "b", (data, _) => data.Count = 1, run => run
                .Execute("act", (data, _) => data).Assign((data, _) => { data.Count++; })
                .SendTo("c", (data, _) => data).Assign((data, _) => { data.Count++; })
                .Emit((data, _) => data).Assign((data, _) => { data.Count++; })
                .Raise((data, _) => data).Assign((data, _) => { data.Count++; })
                .Log((data, _) => data).Assign((data, _) => { data.Count++; }));
            machine.Configure("b")
                .Invoke(s_work, data => data, id: "w")
                .InternalTransition<Data>((data, raised) => data.Text = $"{data.Count} {raised.Count}");
        });

        var step = machine.Send(machine.Start().Snapshot, "E");
        Assert.Equal("6 4", step.Snapshot.ContextAs<Data>().Text);
        Assert.Equal(
            ["act 1", "log 5", "child 2", "emit 3", "work 6"],
            step.Effects.Select(effect => effect switch
            {
                ExecuteAction act => $"act {Count(act.Parameters)}",
                Log { Message: Data data } => $"log {data.Count}",
                Log log => log.Message,
                Emit emit => $"emit {Count(emit.Event.Data)}",
                StartPromise work => $"work {Count(work.Input)}{((Data)work.Input!).Text}",
                _ => effect,
            }));

        static int Count(object? data) => ((Data)data!).Count;
    }

    [Fact]
    public void What_an_exit_action_sends_still_reaches_the_child_that_the_exit_stops()
    {
        var child = Machine("child", machine => machine.Configure("a").InternalTransition("BYE", actions: run => run.Log("heard")).OnExit(run => run.Log("left")));
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Configure("a").Invoke(child, id: "c").OnExit(run => run.SendTo("c", "BYE").Log("exit")).Permit("E", "b");
            machine.Configure("b").OnEntry(run => run.Log("entry"));
        }));

        Assert.Equal("exit entry heard", run.Send("E").TakeLog());
    }

    [Fact]
    public void A_child_can_answer_with_several_events_while_it_starts()
    {
        var child = Machine("child", machine => machine.Configure("a").OnEntry(run => run.SendParent("ONE").SendParent("TWO")));
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Configure("a").Invoke(child).Permit("ONE", "b");
            machine.Configure("b").Permit("TWO", "c");
            machine.Configure("c");
        }));

        Assert.Equal("c", run.States);
    }

    [Fact]
    public void An_invocation_gets_input_that_its_own_states_entry_has_changed()
    {
        var run = new TestRun(Machine("m", machine => machine.Configure("a")
            .OnEntry((data, _) => data.Count = 7).Invoke(s_work, data => data.Count, id: "w")));

        Assert.Equal(7, run.Promises.Single().Input);
    }

    [Fact]
    public void A_child_that_is_stopped_before_its_turn_invokes_nothing()
    {
        var child = Machine("child", machine =>
        {
            machine.Configure("a").Permit("GO", "b", actions: run => run.SendParent("LEAVE"));
            machine.Configure("b").Invoke(s_work, id: "w");
        });
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Configure("a").Invoke(child, id: "c").InternalTransition("E", actions: run => run.SendTo("c", "GO")).Permit("LEAVE", "b");
            machine.Configure("b");
        }));

        Assert.Equal("b", run.Send("E").States);
        Assert.Empty(run.Promises);
    }

    [Fact]
    public void A_child_can_be_stopped_and_spawned_again_in_one_step()
    {
        var run = new TestRun(Machine("m", machine => machine.Configure("a")
            .OnEntry(run => run.Spawn(s_work, "w", systemId: "the worker"))
            .InternalTransition("AGAIN", actions: run => run.Stop("w").Spawn(s_work, "w", systemId: "the worker"))));
        var first = run.Promises.Single().Actor;

        run.Send("AGAIN");

        Assert.Equal(ActorStatus.Active, run.Snapshot.Status);
        Assert.NotEqual(first, run.Promises.Single().Actor);
    }

    [Fact]
    public void Children_can_be_named_by_data()
    {
        var child = Machine("child", machine => machine.Configure("a").InternalTransition("HI", actions: run => run.SendParent("HELLO")));
        var run = new TestRun(Machine("m", machine => machine.Configure("a")
            .InternalTransition<Item>(actions: run => run.Spawn(child, (_, item) => item.Name).SendTo((_, item) => item.Name, (_, _) => "HI"))
            .InternalTransition("HELLO", (data, _) => data.Count++)
            .InternalTransition<Drop>(actions: run => run.Stop((_, drop) => drop.Name))));

        run.Send(new Item("x"), new Item("y"), new Drop("x"));

        Assert.Equal(2, run.Snapshot.ContextAs<Data>().Count);
        Assert.Equal("y", run.Snapshot.Children.Single().Id);
    }

    [Fact]
    public void A_machine_that_is_done_stops_its_children()
    {
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Root.Invoke(s_work, id: "w");
            machine.Configure("a").Permit("E", "f");
            machine.Configure("f").Final();
        }));

        run.Send("E");

        Assert.Empty(run.Promises);
        Assert.Equal(ActorStatus.Stopped, run.Snapshot.Child("w")!.Snapshot.Status);
    }

    [Fact]
    public void An_invocation_of_the_root_lives_through_transitions_that_do_not_reenter_it()
    {
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Root.Invoke(s_work, id: "w").Permit("E", "b");
            machine.Configure("a");
            machine.Configure("b");
        }));
        var promise = run.Promises.Single();

        Assert.Equal("b", run.Send("E").States);
        Assert.Same(promise, run.Promises.Single());
    }

    [Fact]
    public void A_child_done_at_once_is_answered_once_its_parent_has_settled()
    {
        var child = Machine("child", machine => machine.Configure("a").Final());
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Configure("a").Invoke(child).OnDone("b").OnEntry(run => run.Log("entry"));
            machine.Configure("b").OnEntry(run => run.Log("done"));
        }));

        Assert.Equal("entry done", run.TakeLog());
    }

    [Fact]
    public void A_raised_event_is_seen_by_what_it_triggers()
    {
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Configure("a").Permit("E", "b");
            machine.Configure("b").OnEntry(run => run.Raise("RAISED")).Permit("RAISED", "c", actions: run => run.Log((_, @event) => @event.Type));
            machine.Configure("c").OnEntry(run => run.Log((_, @event) => $"c:{@event.Type}"));
        }));

        Assert.Equal("RAISED c:RAISED", run.Send("E").TakeLog());
    }

    [Fact]
    public void A_transition_without_an_event_sees_the_event_before_and_is_no_wildcards_business()
    {
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Configure("a").Permit("E", "b");
            machine.Configure("b").Permit("*", "wrong").AlwaysIf("c", (_, @event) => @event.Type == "E", actions: run => run.Log((_, @event) => @event.Type));
            machine.Configure("c");
            machine.Configure("wrong");
        }));

        Assert.Equal(("c", "E"), (run.Send("E").States, run.TakeLog()));
    }

    [Fact]
    public void Transitions_without_an_event_are_tried_again_after_a_raised_event_that_nothing_answers()
    {
        var run = new TestRun(Machine("m", machine =>
        {
            machine.Configure("a").Permit("E", "b", actions: run => run.Raise("NOBODY"));
            machine.Configure("b").AlwaysIf("c", (_, @event) => @event.Type == "NOBODY");
            machine.Configure("c");
        }));

        Assert.Equal("c", run.Send("E").States);
    }

    [Fact]
    public void A_restored_instance_replays_nothing_and_hears_of_no_old_end_again()
    {
        var child = Machine("child", machine => machine.Configure("a").Final());
        var machine = Machine("m", machine => machine.Configure("a")
            .Invoke(child, id: "c").OnDone((data, _) => data.Count++).OnEntry(run => run.Log("entry")).InternalTransition("E", (data, _) => data.Text = "x"));
        var run = new TestRun(machine);
        run.TakeLog();

        run.Restore().Send("E");

        Assert.Equal(("", 1), (run.TakeLog(), run.Snapshot.ContextAs<Data>().Count));
        Assert.Equal(ActorStatus.Done, run.Snapshot.Child("c")!.Snapshot.Status);
    }

    [Fact]
    public void A_restored_child_still_reports_its_snapshots_and_its_system_id()
    {
        var child = Machine("child", machine => machine.Configure("a").InternalTransition("HI", (data, _) => data.Count++));
        var run = new TestRun(Machine("m", machine => machine.Configure("a")
            .Invoke(child, id: "c", systemId: "kid").OnSnapshot((data, _) => data.Count++)
            .InternalTransition("E", actions: run => run.SendToSystem("kid", (_, _) => "HI"))));

        Assert.Equal(2, run.Restore().Send("E").Snapshot.ContextAs<Data>().Count);
    }

    private sealed record Item(string Name);

    private sealed record Drop(string Name);

    private static StateMachine Machine(string id, Action<StateMachineBuilder<string, Data>> define) => TestMachines.Build(define, id);
}
