namespace Statecharts.Tests.Semantics;

/// <summary>What XState's tests say of history states.</summary>
public class HistoryScenarioTests
{
    [Theory]
    [InlineData("{'initial':'h','states':{'h':{'type':'history','target':'b'},'b':{}}}", "", "b")]
    [InlineData("{'initial':'a','states':{'a':{'on':{'E':'b'}},'b':{'initial':'h','states':{'h':{'type':'history','target':'y'},'x':{},'y':{}}}}}", "E", "b.y")]
    [InlineData("{'initial':'a','states':{'a':{'on':{'E':'b.y'}},'b':{'initial':'x','states':{'x':{},'y':{},'h':{'history':true,'type':'history'}},'on':{'E':'.h'}}}}", "E E", "b.x")]
    [InlineData(
        """
        {'initial':'idle','states':{
          'idle':{'initial':'absent','states':{
            'absent':{'on':{'DEPLOY':'#deploy'}},'present':{'on':{'DEPLOY':'#deploy','DESTROY':'#destroy'}},'h':{'type':'history'}}},
          'deploy':{'id':'deploy','on':{'SUCCESS':'idle.present','FAILURE':'idle.h'}},
          'destroy':{'id':'destroy','always':'idle.absent'}}}
        """,
        "DEPLOY SUCCESS DESTROY DEPLOY FAILURE", "idle.absent")]
    public void It_leads_to_its_default_or_to_what_was_left_last(string machine, string events, string expected) =>
        Assert.Equal(expected, Scenario.Run(machine, events).States);

    [Theory]
    [InlineData("'h':{'type':'history'}", "E", 1)]
    [InlineData("'h':{'type':'history'}", "E E E", 1)]
    [InlineData("'h':{'type':'history','target':'y'}", "E", 0)]
    [InlineData("'h':{'type':'history','target':'y'}", "E E E", 0)]
    public void The_initial_transitions_actions_run_only_when_it_is_taken(string history, string events, int expected)
    {
        var run = Scenario.Run(
            "{'initial':'a','states':{'a':{'on':{'E':'b.h'}},'b':{'initial':{'target':'x','actions':'act'},'on':{'E':'a'},'states':{'x':{},'y':{}," + history + "}}}}",
            events);

        Assert.Equal(expected, run.Logged.Count(line => line == "act"));
    }

    [Fact]
    public void The_initial_transitions_actions_run_when_it_leads_to_a_history_state()
    {
        var run = Scenario.Run(
            "{'initial':'a','states':{'a':{'on':{'E':'b'}},'b':{'initial':{'target':'h','actions':'act'},'states':{'h':{'type':'history','target':'y'},'y':{}}}}}", "E");

        Assert.Equal("-a +b act +b.y", run.TakeLog());
    }

    [Theory]
    [InlineData("OPEN", "-closed +open +open.first")]
    [InlineData("OPEN NEXT CLOSE OPEN", "-closed +open +open.second")]
    public void The_states_around_it_are_entered_once(string events, string expected)
    {
        var run = Scenario.Run(
            "{'initial':'closed','states':{'closed':{'on':{'OPEN':'open.h'}},'open':{'initial':'first','on':{'NEXT':'.second','CLOSE':'closed'},'states':{'h':{'type':'history'},'first':{},'second':{}}}}}", "");
        var all = Scenario.Events(events);

        run.Send(all[..^1]).TakeLog();

        Assert.Equal(expected, run.Send(all[^1]).TakeLog());
    }

    [Fact]
    public void Reentering_a_state_through_its_own_history_recalls_what_it_leaves()
    {
        var run = Scenario.Run(
            "{'initial':'a','states':{'a':{'on':{'AGAIN':{'target':'.h','reenter':true}},'initial':'x','states':{'x':{'on':{'NEXT':'y'}},'y':{},'h':{'type':'history'}}}}}", "NEXT");
        run.TakeLog();

        Assert.Equal("-a.y -a +a +a.y", run.Send("AGAIN").TakeLog());
    }

    [Fact]
    public void What_is_recalled_invokes_anew()
    {
        var run = Scenario.Run("{'initial':'a','states':{'a':{'on':{'E':'h'},'invoke':{'src':'work','id':'w'}},'h':{'type':'history'}}}", "");
        var before = run.Promises.Single().Actor;

        run.Send("E");

        Assert.NotEqual(before, run.Promises.Single().Actor);
    }

    [Theory]
    [InlineData("shallow", "on.2.A")]
    [InlineData("deep", "on.2.B.Q")]
    public void It_recalls_one_level_or_all(string kind, string expected) => Assert.Equal(expected, Scenario.Run(
        """
        {'initial':'on','states':{
          'off':{'on':{'POWER':'on.h'}},
          'on':{'initial':'1','on':{'POWER':'off'},'states':{
            '1':{'on':{'NEXT':'2'}},
            '2':{'initial':'A','states':{'A':{'on':{'NEXT':'B'}},'B':{'initial':'P','states':{'P':{'on':{'NEXT':'Q'}},'Q':{}}}}},
            'h':{'type':'history','history':'KIND'}}}}}
        """.Replace("KIND", kind, StringComparison.Ordinal),
        "NEXT NEXT NEXT POWER POWER").States);

    [Theory]
    [InlineData("SHALLOW", "on.A.B on.K.L")]
    [InlineData("DEEP", "on.A.B on.K.L")]
    [InlineData("ON A A K K OFF ON", "on.A.B on.K.L")]
    [InlineData("ON A A K K OFF SHALLOW", "on.A.B on.K.L")]
    [InlineData("ON A A K K OFF DEEP", "on.A.C.E on.K.M.O")]
    [InlineData("ON A A OFF DEEP", "on.A.C.E on.K.L")]
    [InlineData("ON A A K K OFF A_SHALLOW", "on.A.C.D on.K.L")]
    [InlineData("ON A A K K OFF A_DEEP", "on.A.C.E on.K.L")]
    [InlineData("ON A A K K OFF BOTH", "on.A.C.D on.K.M.O")]
    public void Regions_are_recalled_each_by_its_own(string events, string expected) => Assert.Equal(expected, Scenario.Run(
        """
        {'initial':'off','states':{
          'off':{'on':{'ON':'on','SHALLOW':'on.h','DEEP':'on.hd','A_SHALLOW':'on.A.h','A_DEEP':'on.A.hd','BOTH':{'target':['on.A.h','on.K.hd']}}},
          'on':{'type':'parallel','on':{'OFF':'off'},'states':{
            'A':{'initial':'B','states':{'B':{'on':{'A':'C'}},'C':{'initial':'D','states':{'D':{'on':{'A':'E'}},'E':{}}},'h':{'type':'history'},'hd':{'type':'history','history':'deep'}}},
            'K':{'initial':'L','states':{'L':{'on':{'K':'M'}},'M':{'initial':'N','states':{'N':{'on':{'K':'O'}},'O':{}}},'hd':{'type':'history','history':'deep'}}},
            'h':{'type':'history'},'hd':{'type':'history','history':'deep'}}}}}
        """,
        events).States);
}
