namespace Statecharts.Tests.Semantics;

public class HistoryTests
{
    private static readonly string[] s_regions = ["p.x", "p.y"];

    [Theory]
    [InlineData(HistoryKind.Shallow, "a.y.1")]
    [InlineData(HistoryKind.Deep, "a.y.2")]
    public void A_history_state_recalls_what_was_active(HistoryKind kind, string expected)
    {
        var run = new TestRun(Machine(kind));

        Assert.Equal(expected, run.Send("Y", "NEXT", "OUT", "BACK").States);
    }

    [Fact]
    public void What_it_recalls_is_in_the_snapshot()
    {
        var run = new TestRun(Machine(HistoryKind.Deep)).Send("Y", "NEXT", "OUT");

        Assert.Contains("""
            "historyValue":{"m.a.h":[{"id":"m.a.y.2"}]}
            """.Trim(), run.Snapshot.ToString(), StringComparison.Ordinal);
        Assert.Equal("a.y.2", run.Restore().Send("BACK").States);
    }

    [Fact]
    public void With_nothing_to_recall_it_leads_to_its_target_else_to_the_initial_state()
    {
        Assert.Equal("a.x", new TestRun(Machine(HistoryKind.Shallow, initial: "out")).Send("BACK").States);
        Assert.Equal("a.y.1", new TestRun(Machine(HistoryKind.Shallow, otherwise: "a.y", initial: "out")).Send("BACK").States);
    }

    [Fact]
    public void A_history_of_a_parallel_state_recalls_all_regions()
    {
        var run = new TestRun(TestMachines.Build(
            machine =>
            {
                machine.Configure("p").Parallel().Permit("OUT", "out");
                foreach (var region in s_regions)
                {
                    machine.Configure(region).InitialTransition($"{region}.1");
                    machine.Configure($"{region}.1").Permit(region, $"{region}.2");
                    machine.Configure($"{region}.2");
                }
                machine.Configure("p.h").History(HistoryKind.Deep);
                machine.Configure("out").Permit("BACK", "p.h");
            },
            initial: "p"));

        Assert.Equal("p.x.1 p.y.2", run.Send("p.y", "OUT", "BACK").States);
    }

    private static StateMachine Machine(HistoryKind kind, string? otherwise = null, string initial = "a") => TestMachines.Build(
        machine =>
        {
            machine.Configure("a").InitialTransition("a.x").Permit("OUT", "out");
            machine.Configure("a.x").Permit("Y", "a.y");
            machine.Configure("a.y").InitialTransition("a.y.1");
            machine.Configure("a.y.1").Permit("NEXT", "a.y.2");
            machine.Configure("a.y.2");
            machine.Configure("a.h").History(kind, otherwise is null ? [] : otherwise);
            machine.Configure("out").Permit("BACK", "a.h");
        },
        initial: initial);
}
