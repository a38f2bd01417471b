using System.Text.Json;
using ExampleMachines;
using Machines;
using Statecharts;

namespace EndToEnd;

/// <summary>Delays that end after all calendars do, which is how people write "never".</summary>
public abstract class LongDelayScenarios(LongDelayScenarios.Fixture fixture)
{
    private static readonly DurablePromise<object?, string> Sleep = new("sleep", async (context, _) =>
    {
        await context.Sleep(TimeSpan.MaxValue);
        return "slept";
    });

    private readonly string _key = $"never-{Guid.NewGuid():N}";

    private sealed record Finish;

    private sealed class Data
    {
        public int Number { get; set; }
    }

    private static DurableMachine Patient()
    {
        var machine = new StateMachineBuilder<string, Data>("patient").InitialTransition("waiting");
        machine.Configure("waiting")
            .OnEntry(run => run.SendToMachine("patient", (_, _) => "somebody", (_, _) => new Finish(), TimeSpan.MaxValue))
            .Invoke(Sleep).OnDone("over")
            .After(TimeSpan.MaxValue, "over")
            .Permit<Finish>("done");
        machine.Configure("over").Final();
        machine.Configure("done").Final();
        return new DurableMachine("patient", machine.Build()) { FinalStateTtl = TimeSpan.MaxValue };
    }

    [Fact]
    public async Task A_machine_can_wait_for_ever()
    {
        Assert.Equal("waiting", (await CallAsync("patient", "create")).GetProperty("value").GetString());
        Assert.Equal("done", (await CallAsync("patient", "send", """{"event": {"type": "FINISH"}}""")).GetProperty("value").GetString());

        // Its promise, which slept, is cancelled like any other; what is left waits for ever.
        await fixture.EndedAsync(_key, "invokePromise");
        Assert.Equal("done", (await CallAsync("patient", "snapshot")).GetProperty("value").GetString());
        Assert.Single(await fixture.QueryAsync($"select id from sys_invocation where target_service_key = '{_key}' and target_handler_name = 'expire' and status = 'scheduled'"));
    }

    [Fact]
    public async Task A_request_may_name_the_longest_delay_that_its_message_can_hold()
    {
        var created = await CallAsync(
            "payment", "create", """{"input": {"sender": "ann", "recipient": "bob", "amount": 1000, "approvalTimeout": "315576000000s"}}""");
        Assert.Equal("awaitingApproval", created.GetProperty("value").GetString());
        Assert.Equal("done", (await CallAsync("payment", "send", """{"event": {"type": "REJECT"}}""")).GetProperty("status").GetString());
    }

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => fixture.Host.CallAsync(machine, _key, handler, json);

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } = [Patient(), PaymentMachine.Definition];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Long_delay_scenarios(LongDelayScenarios.NormalFixture fixture)
    : LongDelayScenarios(fixture), IClassFixture<LongDelayScenarios.NormalFixture>;

public sealed class Long_delay_scenarios_under_forced_replay(LongDelayScenarios.ReplayFixture fixture)
    : LongDelayScenarios(fixture), IClassFixture<LongDelayScenarios.ReplayFixture>;
