using System.Text.Json.Nodes;

namespace Statecharts.Tests.Semantics;

/// <summary>What XState's tests say of parallel states, of transitions with several targets, of deep and of inner ones, and of delays.</summary>
public class RegionScenarioTests
{
    private const string Modes = "'type':'parallel','states':{'work':{'initial':'wait','states':{'wait':{'on':{'E':'#demo'}},'fetch':{}}},'mode':{'initial':'normal','states':{'normal':{},'demo':{'id':'demo'}}}}";

    private const string Nested = "{'id':'m','initial':'A','on':{'M':'.P'},'states':{'A':{'initial':'B','on':{'A_P':'P','A_S':'#S'},'states':{'B':{'initial':'C','on':{'B_P':'#m.P'},'states':{'C':{'initial':'D','states':{'D':{'on':{'D_P':'#m.P','D_S':'#S'}}}}}}}},'P':{'initial':'Q','states':{'Q':{'initial':'R','states':{'R':{'initial':'S','states':{'S':{'id':'S'}}}}}}}}}";

    [Theory]
    [InlineData("M")]
    [InlineData("A_P")]
    [InlineData("A_S")]
    [InlineData("B_P")]
    [InlineData("D_P")]
    [InlineData("D_S")]
    public void A_transition_from_deep_to_deep_leaves_and_enters_every_level(string @event) =>
        Assert.Equal("-A.B.C.D -A.B.C -A.B -A +P +P.Q +P.Q.R +P.Q.R.S", Scenario.Run(Nested, @event).TakeLog());

    [Theory]
    [InlineData("{" + Modes + "}", "", "-mode.normal -mode -work.wait -work +work +work.wait +mode +mode.demo")]
    [InlineData("{'initial':'a','states':{'a':{" + Modes + "}}}", "a.", "-a.mode.normal -a.mode -a.work.wait -a.work +a.work +a.work.wait +a.mode +a.mode.demo")]
    public void A_transition_into_another_region_reenters_both(string machine, string prefix, string expected)
    {
        var run = Scenario.Run(machine, "E");

        Assert.Equal(expected, run.TakeLog());
        Assert.Equal($"{prefix}work.wait {prefix}mode.demo", run.States);
    }

    [Fact]
    public void A_transition_of_one_region_leaves_the_others_alone()
    {
        var run = Scenario.Run("{'type':'parallel','states':{'a':{'initial':'x','states':{'x':{'on':{'E':'y'}},'y':{'on':{'E':{'target':'y','reenter':true}}}}},'b':{}}}", "E E");

        Assert.Equal("-a.x +a.y -a.y +a.y", run.TakeLog());
    }

    [Theory]
    [InlineData("{'type':'parallel','on':{'E':{'actions':'act'}},'states':{'a':{'initial':'x','states':{'x':{}}},'b':{}}}")]
    [InlineData("{'type':'parallel','states':{'a':{'initial':'x','on':{'E':[{'actions':'act'}]},'states':{'x':{}}},'b':{}}}")]
    public void A_transition_without_a_target_leaves_no_region(string machine) => Assert.Equal("act", Scenario.Run(machine, "E").TakeLog());

    [Theory]
    [InlineData("{'type':'parallel','states':{'a':{'initial':{'target':'x','actions':'act'},'states':{'x':{}}},'b':{}}}", "", "+a act +a.x +b")]
    [InlineData("{'initial':'o','states':{'o':{'on':{'E':'p'}},'p':{'type':'parallel','states':{'a':{'initial':{'target':'x','actions':'act'},'states':{'x':{}}},'b':{}}}}}", "E", "+o -o +p +p.a act +p.a.x +p.b")]
    public void A_regions_initial_actions_run_when_it_is_entered(string machine, string events, string expected) =>
        Assert.Equal(expected, new TestRun(Scenario.Load(machine)).Send(Scenario.Events(events)).TakeLog());

    [Fact]
    public void An_event_raised_on_entry_reaches_all_regions()
    {
        var run = new TestRun(Scenario.Load("{'type':'parallel','states':{'a':{'initial':'x','states':{'x':{'on':{'GO':'y'}},'y':{}}},'b':{'initial':'x','states':{'x':{'entry':{'type':'raise','params':{'event':{'type':'GO'}}},'on':{'GO':'y'}},'y':{}}}}}"));

        Assert.Equal("a.y b.y", run.States);
    }

    [Theory]
    [InlineData("'p'", "p.a.1 p.b.1")]
    [InlineData("'p.b.2'", "p.a.1 p.b.2")]
    [InlineData("{'target':['p.a.2','p.b.3']}", "p.a.2 p.b.3")]
    [InlineData("{'target':['p.b.3','p.a.2']}", "p.a.2 p.b.3")]
    public void Regions_without_a_target_start_in_their_initial_state(string transition, string expected) => Assert.Equal(
        expected,
        Scenario.Run(
            "{'initial':'o','states':{'o':{'on':{'E':" + transition + "}},'p':{'type':'parallel','states':{'a':{'initial':'1','states':{'1':{},'2':{}}},'b':{'initial':'1','states':{'1':{},'2':{},'3':{}}}}}}}",
            "E").States);

    [Fact]
    public void Parallel_states_in_parallel_states_are_all_in_the_value()
    {
        var run = Scenario.Run("{'type':'parallel','states':{'a':{'type':'parallel','states':{'b':{},'c':{'type':'parallel','states':{'d':{},'e':{}}}}},'f':{}}}", "");

        Assert.Equal("""{"a":{"b":{},"c":{"d":{},"e":{}}},"f":{}}""", run.Snapshot.Value.ToString());
    }

    [Theory]
    [InlineData("IN", "-a.x.1 -a.x +a.y")]
    [InlineData("OUT_AND_IN", "-a.x.1 -a.x -a +a +a.y")]
    [InlineData("AGAIN", "-a.x.1 -a.x -a +a +a.x +a.x.1")]
    [InlineData("CHILD_AGAIN", "-a.x.1 -a.x -a +a +a.y")]
    [InlineData("DEEP", "-a.x.1 -a.x +a.x +a.x.1")]
    public void Only_a_reentering_transition_leaves_its_source_for_a_descendant(string @event, string expected) => Assert.Equal(
        expected,
        Scenario.Run(
            "{'initial':'a','states':{'a':{'initial':'x','on':{'IN':'.y','OUT_AND_IN':{'target':'.y','reenter':true},'AGAIN':{'target':'a','reenter':true},'CHILD_AGAIN':{'target':'a.y','reenter':true},'DEEP':'.x.1'},'states':{'x':{'initial':'1','states':{'1':{}}},'y':{}}}}}",
            @event).TakeLog());

    [Theory]
    [InlineData("'foo.bar.*':{'target':'b','guard':{'type':'always','params':{'value':false}}},'foo.*':'c'", "foo.bar.baz")]
    [InlineData("'foo.bar':{'target':'b','guard':{'type':'always','params':{'value':false}}},'foo.*':'c'", "foo.bar")]
    [InlineData("'*':'b','foo.*':'c'", "foo.bar")]
    [InlineData("'foo':{'target':'b','guard':{'type':'always','params':{'value':false}}},'*':'c'", "foo")]
    public void A_descriptor_whose_guard_fails_leaves_the_event_to_a_wider_one(string on, string @event) =>
        Assert.Equal("c", Scenario.Run("{'initial':'a','states':{'a':{'on':{" + on + "}},'b':{},'c':{}}}", @event).States);

    [Theory]
    [InlineData("'a.*.c.*'", "a.b.c.d")]
    [InlineData("'*.b.*'", "a.b")]
    [InlineData("'ev*'", "event")]
    [InlineData("'ev*.b.*'", "event.b.c")]
    public void A_star_inside_a_descriptor_matches_nothing(string descriptor, string @event) =>
        Assert.Equal("a", Scenario.Run("{'initial':'a','states':{'a':{'on':{" + descriptor + ":'b'}},'b':{}}}", @event).States);

    [Fact]
    public void A_delay_can_lead_to_a_child_or_out_of_all_states_around()
    {
        var run = Scenario.Run("{'initial':'a','states':{'a':{'initial':'x','after':{'10':'.y'},'states':{'x':{},'y':{'after':{'10':'#end'}}}},'end':{'id':'end','type':'final'}}}", "");

        Assert.Equal("-a.x +a.y", run.Advance(10).TakeLog());
        Assert.Equal("-a.y -a +end -end", run.Restore().Advance(10).TakeLog());
        Assert.Equal(ActorStatus.Done, run.Snapshot.Status);
    }

    [Fact]
    public void Of_several_transitions_after_one_delay_the_first_is_taken_and_the_event_is_used_up()
    {
        var run = Scenario.Run("{'initial':'x','states':{'x':{'after':{'1':[{'target':'y','guard':{'type':'always','params':{'value':true}}},{'target':'z'}]}},'y':{'on':{'*':{'actions':'act'}}},'z':{}}}", "");

        Assert.Equal("-x +y", run.Advance(10).TakeLog());
    }

    [Fact]
    public void A_delay_can_depend_on_the_event()
    {
        var run = Scenario.Run("{'initial':'a','states':{'a':{'on':{'GO':'b'}},'b':{'after':{'told':'a'}}}}", "");
        run.Send(new Event("GO", new JsonObject { ["delay"] = 500 }));

        Assert.Equal("b", run.Advance(499).States);
        Assert.Equal("a", run.Advance(1).States);
    }

    [Fact]
    public void Tags_of_all_active_states_stay_when_nothing_changes()
    {
        var run = Scenario.Run("{'type':'parallel','states':{'a':{'tags':'one','initial':'x','states':{'x':{'tags':['two'],'on':{'E':'y'}},'y':{}}},'b':{'tags':['three']}}}", "NOTHING");
        Assert.Equal(["one", "three", "two"], run.Snapshot.Tags);

        Assert.Equal(["one", "three"], run.Send("E").Snapshot.Tags);
        Assert.False(run.Snapshot.HasTag("two"));
    }

    [Fact]
    public void Active_states_tell_their_meta_and_description_even_after_a_restart()
    {
        var run = Scenario.Run("{'initial':'a','states':{'a':{'meta':{'m':1},'initial':'x','states':{'x':{'meta':'deep','description':'inner'},'y':{'meta':2}}}}}", "").Restore();

        Assert.Equal(["""{"m":1}""", "\"deep\""], run.Snapshot.ActiveStates.Select(state => state.Meta!.ToJsonString()));
        Assert.Equal("inner", run.Snapshot.ActiveStates.Last().Description);
    }

    [Theory]
    [InlineData("#b", "b.x")]
    [InlineData("#y", "b.y")]
    [InlineData("#closed", "a")]
    [InlineData("#b.x", "a")]
    public void A_state_with_a_route_is_entered_from_anywhere(string to, string expected)
    {
        var run = Scenario.Run(
            "{'initial':'a','states':{'a':{},'b':{'id':'b','route':{},'initial':'x','states':{'x':{},'y':{'id':'y','route':{}}}},'c':{'id':'closed','route':{'guard':{'type':'always','params':{'value':false}}}}}}", "");

        Assert.Equal(expected, run.Send(new Event("xstate.route", new JsonObject { ["to"] = to })).States);
    }
}
