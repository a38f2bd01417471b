namespace Statecharts.Tests.Semantics;

/// <summary>What XState's tests say of guards, of outputs, and of the order in which things run.</summary>
public class GuardScenarioTests
{
    private const string Yes = "{'type':'always','params':{'value':true}}";

    private const string No = "{'type':'always','params':{'value':false}}";

    [Theory]
    [InlineData("{'type':'not','params':{'guard':" + No + "}}", true)]
    [InlineData("{'type':'not','params':{'guard':" + Yes + "}}", false)]
    [InlineData("{'type':'and','params':{'guards':[" + Yes + "," + Yes + "]}}", true)]
    [InlineData("{'type':'and','params':{'guards':[" + Yes + "," + No + "]}}", false)]
    [InlineData("{'type':'or','params':{'guards':[" + No + "," + Yes + "]}}", true)]
    [InlineData("{'type':'or','params':{'guards':[" + No + "," + No + "]}}", false)]
    [InlineData("{'type':'not','params':{'guard':{'type':'and','params':{'guards':[" + Yes + ",{'type':'or','params':{'guards':[" + No + "," + No + "]}}]}}}}", true)]
    [InlineData("{'type':'stateIn','params':{'state':'#m.a'}}", true)]
    [InlineData("{'type':'stateIn','params':{'state':'#m.b'}}", false)]
    [InlineData("{'type':'stateIn','params':{'state':'#m.a.'}}", true)]
    [InlineData("{'type':'stateIn','params':{'state':'a'}}", true)]
    [InlineData("{'type':'stateIn','params':{'state':'.b'}}", false)]
    [InlineData("{'type':'stateIn','params':{'state':'a.'}}", false)]
    public void Guards_are_made_of_guards(string guard, bool expected) => Assert.Equal(
        expected ? "b" : "c",
        Scenario.Run("{'id':'m','initial':'a','states':{'a':{'on':{'E':[{'target':'b','guard':" + guard + "},'c']}},'b':{},'c':{}}}", "E").States);

    [Fact]
    public void A_guard_sees_the_other_regions_as_they_were_before_the_event()
    {
        var run = Scenario.Run(
            "{'id':'m','type':'parallel','states':{'a':{'initial':'x','states':{'x':{'on':{'E':'y'}},'y':{}}},'b':{'initial':'x','states':{'x':{'on':{'E':{'target':'y','guard':{'type':'stateIn','params':{'state':'#m.a.y'}}}}},'y':{}}}}}", "E");
        Assert.Equal("a.y b.x", run.States);

        Assert.Equal("a.y b.y", run.Send("E").States);
    }

    [Fact]
    public void Guards_are_asked_again_in_every_state_on_the_way()
    {
        var run = Scenario.Run("{'initial':'a','states':{'a':{'on':{'E':'b'}},'b':{'always':[{'target':'d','guard':" + No + "},{'target':'c','guard':" + Yes + "}]},'c':{},'d':{}}}", "E");

        Assert.Equal("-a +b -b +c", run.TakeLog());
    }

    [Theory]
    [InlineData("'output':null", "'x':1")]
    [InlineData("'x':1", "'output':null")]
    public void An_output_can_be_null(string rootOutput, string finalOutput)
    {
        var run = Scenario.Run("{'initial':'a','states':{'a':{'on':{'E':'b'}},'b':{'type':'final'," + finalOutput + "}}," + rootOutput + "}", "E");

        Assert.Equal(ActorStatus.Done, run.Snapshot.Status);
        Assert.Null(run.Snapshot.Output);
    }

    [Fact]
    public void A_final_states_output_sees_what_its_entry_assigned()
    {
        object? told = null;
        var run = new TestRun(TestMachines.Build(machine =>
        {
            machine.Configure("a").InitialTransition("a.x").OnDone("b", assign: (_, output) => told = output);
            machine.Configure("a.x").Permit("E", "a.y");
            machine.Configure("a.y").OnEntry((data, _) => data.Count = 7).Final(data => data.Count);
            machine.Configure("b");
        }));

        Assert.Equal("b", run.Send("E").States);
        Assert.Equal(7, told);
    }

    [Fact]
    public void What_a_raised_event_triggers_sees_that_event()
    {
        var run = Scenario.Run("{'initial':'a','states':{'a':{'on':{'E':{'target':'b','actions':['type',{'type':'raise','params':{'event':{'type':'R'}}}]}}},'b':{'entry':'type','on':{'R':{'target':'c','actions':'type'}}},'c':{'entry':'type'}}}", "E");

        Assert.Equal("-a E +b E -b R +c R", run.TakeLog());
    }
}
