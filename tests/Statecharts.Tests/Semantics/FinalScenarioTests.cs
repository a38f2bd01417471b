namespace Statecharts.Tests.Semantics;

/// <summary>What XState's tests say of final states.</summary>
public class FinalScenarioTests
{
    private const string TwoFinalRegions = "'type':'parallel','states':{'c':{'type':'final'},'d':{'type':'final'}}";

    [Theory]
    [InlineData("ONE TWO THREE FOUR")]
    [InlineData("THREE FOUR ONE TWO")]
    [InlineData("FOUR TWO ONE THREE")]
    public void A_parallel_state_of_parallel_states_is_done_when_all_are(string events)
    {
        static string Region(string name) =>
            "'NAME':{'initial':'go','states':{'go':{'on':{'NAME':'end'}},'end':{'type':'final'}}}".Replace("NAME", name, StringComparison.Ordinal);
        var run = Scenario.Run(
            "{'id':'m','initial':'p','states':{'p':{'type':'parallel','onDone':{'target':'done','actions':'type'},'states':{"
            + "'a':{'type':'parallel','states':{" + Region("ONE") + "," + Region("TWO") + "}},"
            + "'b':{'type':'parallel','states':{" + Region("THREE") + "," + Region("FOUR") + "}}}},'done':{'type':'final'}}}",
            "");
        var all = Scenario.Events(events);

        Assert.Equal(ActorStatus.Active, run.Send(all[..^1]).Snapshot.Status);
        run.Send(all[^1]);

        Assert.Equal((ActorStatus.Done, "done"), (run.Snapshot.Status, run.States));
        Assert.Contains("xstate.done.state.m.p", run.Logged);
    }

    [Theory]
    [InlineData("{'id':'m','initial':'a','states':{'a':{'onDone':{'target':'b'}," + TwoFinalRegions + "},'b':{'type':'final'}}}", ActorStatus.Done)]
    [InlineData("{'id':'m'," + TwoFinalRegions + "}", ActorStatus.Done)]
    [InlineData("{'id':'m','type':'parallel','states':{'x':{" + TwoFinalRegions + "},'y':{'initial':'z','states':{'z':{'type':'final'}}}}}", ActorStatus.Done)]
    [InlineData("{'id':'m','initial':'a','states':{'a':{" + TwoFinalRegions + "}}}", ActorStatus.Active)]
    [InlineData("{'id':'m','type':'parallel','states':{'x':{'type':'final'},'y':{'initial':'z','states':{'z':{},'end':{'type':'final'}}}}}", ActorStatus.Active)]
    public void A_machine_is_done_when_a_final_child_of_its_root_is_reached_or_all_its_regions_are(string machine, ActorStatus expected) =>
        Assert.Equal(expected, Scenario.Run(machine, "").Snapshot.Status);

    [Fact]
    public void Nothing_answers_the_end_of_a_region_that_ends_the_machine()
    {
        var run = new TestRun(Scenario.Load(
            "{'type':'parallel','onDone':{'actions':'act'},'states':{'a':{'type':'parallel','onDone':{'actions':'act'},'states':{'b':{'initial':'c','onDone':{'actions':'act'},'states':{'c':{'type':'final'}}}}}}}"));

        Assert.Equal(ActorStatus.Done, run.Snapshot.Status);
        Assert.DoesNotContain("act", run.Logged);
    }

    [Fact]
    public void Regions_that_end_together_are_answered_once()
    {
        var run = new TestRun(Scenario.Load("{'id':'m','initial':'a','states':{'a':{'onDone':{'actions':'type'}," + TwoFinalRegions + "}}}"));

        Assert.Single(run.Logged, "xstate.done.state.m.a");
    }

    [Fact]
    public void A_history_state_beside_the_regions_ends_nothing_and_hinders_nothing()
    {
        var run = Scenario.Run(
            "{'initial':'p','states':{'p':{'type':'parallel','onDone':'end','states':{'h':{'type':'history'},'a':{'initial':'x','states':{'x':{'on':{'E':'y'}},'y':{'type':'final'}}}}},'end':{}}}", "E");

        Assert.Equal("end", run.States);
    }

    [Fact]
    public void Inner_ends_are_entered_before_outer_ones_are_answered()
    {
        var run = new TestRun(Scenario.Load(
            "{'initial':'a','states':{'a':{'initial':'b','onDone':{'actions':'act'},'states':{'b':{'initial':'c','onDone':'end','states':{'c':{'type':'final'}}},'end':{'type':'final'}}}}}"));

        Assert.Equal("+a +a.b +a.b.c -a.b.c -a.b +a.end act", run.TakeLog());
    }

    [Theory]
    [InlineData("E1", "E2", "-a.x +a.y -b.y -b -a.y -a")]
    [InlineData("E2", "E1", "-b.x +b.y -b.y -b -a.y -a")]
    [InlineData("", "BOTH", "-b.x -a.x +a.y +b.y -b.y -b -a.y -a")]
    public void A_machine_that_ends_leaves_its_states_in_reverse_document_order(string before, string last, string expected)
    {
        var run = Scenario.Run(
            """
            {'type':'parallel','states':{
              'a':{'initial':'x','states':{'x':{'on':{'E2':'y','BOTH':'y'}},'y':{'type':'final'}}},
              'b':{'initial':'x','states':{'x':{'on':{'E1':'y','BOTH':'y'}},'y':{'type':'final'}}}}}
            """,
            before);
        run.TakeLog();

        Assert.Equal(expected, run.Send(last).TakeLog());
    }

    [Theory]
    [InlineData("'end':{'type':'final','entry':{'type':'sendTo','params':{'to':'parent','event':{'type':'LAST'}}}}}")]
    [InlineData("'end':{'type':'final'}},'exit':{'type':'sendTo','params':{'to':'parent','event':{'type':'LAST'}}}")]
    public void A_childs_last_words_arrive_before_its_end(string end)
    {
        var machine = Scenario.Load(
            "{'initial':'a','states':{'a':{'invoke':{'id':'kid','src':'kid','onDone':'late'},'on':{'GO':{'actions':{'type':'sendTo','params':{'to':'kid','event':{'type':'GO'}}}},'LAST':'heard'}},'heard':{},'late':{}}}",
            ("kid", "{'initial':'go','states':{'go':{'on':{'GO':'end'}}," + end + "}"));

        Assert.Equal("heard", new TestRun(machine).Send("GO").States);
    }
}
