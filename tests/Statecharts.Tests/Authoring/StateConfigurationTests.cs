namespace Statecharts.Tests.Authoring;

public class StateConfigurationTests
{
    private enum Light
    {
        Red,
        Green,
        Walk,
        Wait,
    }

    private sealed record Next;

    private sealed record Ped(int Count);

    [Fact]
    public void States_named_by_an_enum_have_their_place_by_SubstateOf()
    {
        var machine = new StateMachineBuilder<Light, Data>("light").InitialTransition(Light.Green);
        machine.Configure(Light.Green).Permit<Next>(Light.Red);
        machine.Configure(Light.Red).InitialTransition(Light.Walk).Permit<Next>(Light.Green);
        machine.Configure(Light.Walk).SubstateOf(Light.Red).PermitIf<Ped>(Light.Wait, (_, ped) => ped.Count == 0);
        machine.Configure(Light.Wait).SubstateOf(Light.Red);

        var run = new TestRun(machine.Build()).Send(new Next(), new Ped(1));
        Assert.Equal("""{"red":"walk"}""", run.Snapshot.Value.ToString());
        Assert.Equal(["red", "red.walk"], run.Snapshot.ActivePaths);

        Assert.Equal("red.wait", run.Send(new Ped(0)).States);
    }

    [Fact]
    public void A_guard_can_be_given_to_every_verb()
    {
        var run = new TestRun(TestMachines.Build(machine =>
        {
            TestMachines.Logging(machine, "a").InitialTransition("a.b")
                .PermitReentryIf<Next>((data, _) => data.Count == 1)
                .PermitReentry("AGAIN");
            machine.Configure("a.b")
                .IgnoreIf<Next>((data, _) => data.Count == 0)
                .InternalTransitionIf("E", (data, _) => data.Count == 0, (data, _) => data.Count++)
                .AlwaysIf("a.c", (data, _, active) => data.Count == 5 && active.Contains("a"));
            machine.Configure("a.c");
            machine.Root.InternalTransition("FIVE", (data, _) => data.Count = 5);
        }));
        run.TakeLog();

        Assert.Equal("", run.Send(new Next()).TakeLog());
        Assert.Equal("-a +a", run.Send("E", "E", new Next()).TakeLog());
        Assert.Equal("-a +a", run.Send("AGAIN").TakeLog());
        Assert.Equal("a.c", run.Send("FIVE").States);
    }

    [Fact]
    public void Delays_and_names_of_dots_are_kept_apart()
    {
        var machine = new StateMachineBuilder<Light, Data>("traffic.light").InitialTransition(Light.Red);
        machine.Configure(Light.Red).After(TimeSpan.FromMilliseconds(1.5), Light.Green);

        Assert.Equal("green", new TestRun(machine.Build()).Advance(2).States);
        Assert.Equal("xstate.after.1.5.traffic.light.red", machine.Build().FindState("red")!.Transitions[0].EventType);
    }

    [Fact]
    public void Without_a_target_what_needs_no_event_stays_too()
    {
        var machine = TestMachines.Build(machine =>
        {
            machine.Configure("a").InitialTransition("a.x")
                .AlwaysIf([], (data, _) => data.Count < 3, (data, _) => data.Count++)
                .After(TimeSpan.FromSeconds(1), [], (data, _) => data.Text = "late")
                .OnDone([], (data, output) => data.Count += (int)output!);
            machine.Configure("a.x").Permit("E", "a.y");
            machine.Configure("a.y").Final(_ => 7);
        });

        var run = new TestRun(machine).Send("E").Advance(1000);

        Assert.Equal(("a.y", 10, "late"), (run.States, run.Snapshot.ContextAs<Data>().Count, run.Snapshot.ContextAs<Data>().Text));
    }

    [Fact]
    public void The_end_of_a_states_children_can_be_guarded_by_its_event()
    {
        var machine = TestMachines.Build(machine =>
        {
            machine.Configure("a").InitialTransition("a.x")
                .PermitIf("xstate.done.state.m.a", "b", (_, done) => done.Data is 1)
                .Permit("xstate.done.state.m.a", "c");
            machine.Configure("a.x").Permit("E", "a.y", (data, _) => data.Count = 1).Permit("F", "a.y");
            machine.Configure("a.y").Final(data => data.Count);
            machine.Configure("b");
            machine.Configure("c");
        });

        Assert.Equal(("b", "c"), (new TestRun(machine).Send("E").States, new TestRun(machine).Send("F").States));
    }

    [Fact]
    public void A_definition_can_be_looked_into()
    {
        var machine = TestMachines.Build(machine => machine.Configure("a")
            .OnEntry(run => run.Log("x")).OnExit((data, _) => data.Count++).After(TimeSpan.FromSeconds(1), "a")
            .Permit<Next>("a", actions: run => run.Emit("X").Execute("audit")));
        var state = machine.FindState("a")!;

        Assert.Equal(["log"], state.EntryActions);
        Assert.Equal(["assign"], state.ExitActions);
        Assert.Equal(["emit", "audit"], state.Transitions[0].Actions);
        Assert.Equal("m.a --NEXT--> m.a", state.Transitions[0].ToString());
        Assert.Equal(typeof(Next), machine.EventTypes["NEXT"]);
        Assert.Equal("m.a", state.ToString());
    }

    [Fact]
    public void An_event_with_the_wrong_data_is_an_error_that_says_so()
    {
        var run = new TestRun(TestMachines.Build(machine => machine.Configure("a").InternalTransition<Ped>((data, ped) => data.Count = ped.Count)));

        run.Send(new Event("PED", new Next()));

        Assert.Equal("The event 'PED' carries Next, where Ped was expected.", run.Snapshot.Error!.Message);
    }

    [Fact]
    public void An_actor_of_an_older_version_can_be_kept()
    {
        var machine = new StateMachineBuilder<string, Data>("m").InitialTransition("a").Actor(new PromiseActor("old"));
        machine.Configure("a");

        Assert.Contains("old", machine.Build().Actors.Keys);
    }

    [Fact]
    public void A_machine_of_hundreds_of_states_runs_like_a_small_one()
    {
        const int Size = 3000;
        var machine = new StateMachineBuilder<string, Data>("ring").InitialTransition("s0");
        for (var i = 0; i < Size; i++)
            machine.Configure($"s{i}").Permit<Next>($"s{(i + 1) % Size}");
        var run = new TestRun(machine.Build());

        for (var i = 0; i < Size + 1; i++)
            run.Send(new Next());

        Assert.Equal("s1", run.States);
    }
}
