using Restate.Sdk.Client;
using Statecharts;

namespace Machines.Testing.Tests;

/// <summary>The seed's counter, which has no states, tested the way a user tests a machine; and the swap of its versions.</summary>
public class RestateTestHostTests
{
    private sealed class Count
    {
        public int Value { get; set; }
    }

    private sealed record Increment(int By = 1);

    private static readonly StateMachine CounterV1 = Counter("counterv1", step: 1);

    private static readonly StateMachine CounterV2 = Counter("counterv2", step: 10);

    private static StateMachine Counter(string id, int step)
    {
        var machine = new StateMachineBuilder<string, Count>(id);
        machine.Root.InternalTransition<Increment>((count, increment) => count.Value += increment.By * step);
        return machine.Build();
    }

    [Fact]
    public async Task A_machine_counts()
    {
        await using var host = await RestateTestHost.StartAsync(new DurableMachine("counter", CounterV1));

        await host.CallAsync("counter", "c", "create");
        await host.CallAsync("counter", "c", "send", """{"event": {"type": "INCREMENT", "by": 5}}""");
        var snapshot = await host.CallAsync("counter", "c", "send", """{"event": {"type": "INCREMENT", "by": 2}}""");

        Assert.Equal(7, snapshot.GetProperty("context").GetProperty("value").GetInt32());
        Assert.Equal(3, snapshot.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task An_instance_stays_on_the_version_that_it_began_with()
    {
        await using var host = await RestateTestHost.StartAsync(new DurableMachine("counter", CounterV2, CounterV1));
        await host.CallAsync("counter", "old", "create");

        await host.DeployAsync(new DurableMachine("counter", CounterV1, CounterV2));
        var old = await host.CallAsync("counter", "old", "send", """{"event": {"type": "INCREMENT", "by": 1}}""");
        var young = await host.CallAsync("counter", "young", "send", """{"event": {"type": "INCREMENT", "by": 1}}""");

        Assert.Equal(("counterv2", 10), (old.GetProperty("version").GetString(), old.GetProperty("context").GetProperty("value").GetInt32()));
        Assert.Equal(("counterv1", 1), (young.GetProperty("version").GetString(), young.GetProperty("context").GetProperty("value").GetInt32()));
    }

    [Fact]
    public async Task A_version_that_is_gone_is_an_error_that_the_next_deployment_heals()
    {
        await using var host = await RestateTestHost.StartAsync(new DurableMachine("counter", CounterV1));
        await host.CallAsync("counter", "c", "create");

        await host.DeployAsync(new DurableMachine("counter", CounterV2));
        var error = await Assert.ThrowsAsync<IngressException>(() => host.CallAsync("counter", "c", "send", """{"event": {"type": "INCREMENT"}}"""));
        Assert.Equal(500, error.StatusCode);
        Assert.Contains("'counterv1'", error.Message, StringComparison.Ordinal);

        await host.DeployAsync(new DurableMachine("counter", CounterV2, CounterV1));
        var healed = await host.CallAsync("counter", "c", "send", """{"event": {"type": "INCREMENT", "by": 1}}""");
        Assert.Equal(1, healed.GetProperty("context").GetProperty("value").GetInt32());
    }
}
