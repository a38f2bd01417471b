using Machines.Runtime;
using Statecharts;

namespace Machines.Tests;

public class WaitConditionTests
{
    private static readonly Snapshot Open = Start(final: false);

    private static readonly Snapshot Closed = Start(final: true);

    [Theory]
    [InlineData("done", false)]
    [InlineData("hasTag:busy", true)]
    [InlineData("hasTag:idle", false)]
    [InlineData("matches:open", true)]
    [InlineData("matches:open.inner", true)]
    [InlineData("matches:inner", false)]
    [InlineData("matches:nowhere", false)]
    [InlineData("matches:.closed", false)]
    [InlineData("matches:open..closed", false)]
    [InlineData("revision:4", true)]
    [InlineData("revision:5", false)]
    public void Is_met_or_not_at_revision_5(string condition, bool met) =>
        Assert.Equal(met, WaitCondition.Parse(condition)!.IsMet(Open, revision: 5));

    [Fact]
    public void Done_is_met_when_the_machine_is() => Assert.True(WaitCondition.Parse("done")!.IsMet(Closed, revision: 1));

    [Theory]
    [InlineData("")]
    [InlineData("dnoe")]
    [InlineData("done:now")]
    [InlineData("hasTag")]
    [InlineData("hasTag:")]
    [InlineData("matches:")]
    [InlineData("revision:")]
    [InlineData("revision:-1")]
    [InlineData("revision:x")]
    public void Anything_else_is_no_condition(string text) => Assert.Null(WaitCondition.Parse(text));

    private static Snapshot Start(bool final)
    {
        var machine = new StateMachineBuilder<string, object>("door").InitialTransition(final ? "closed" : "open");
        machine.Configure("open").Tag("busy").InitialTransition("inner").AlwaysIf("closed", (_, _) => false);
        machine.Configure("inner").SubstateOf("open");
        machine.Configure("closed").Final();
        return machine.Build().Start().Snapshot;
    }
}
