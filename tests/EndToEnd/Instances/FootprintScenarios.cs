using System.Text;
using Machines;
using Restate.Sdk;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>What an instance costs Restate: entries of the journal, bytes of state, and how it can be queried.</summary>
public abstract class FootprintScenarios(InstancesHost host)
{
    private readonly string _key = $"footprint-{Guid.NewGuid():N}";

    private enum State
    {
        Off,
        On,
    }

    private sealed record Toggle;

    private sealed record Count;

    private sealed class Data
    {
        public int Count { get; set; } = 100;
    }

    internal static IEnumerable<DurableMachine> Machines { get; } = [new DurableMachine("switch", Switch())];

    /// <summary>Every toggle cancels a timer and a promise, and starts others.</summary>
    private static StateMachine Switch()
    {
        var sleep = new DurablePromise<object?, string>("sleep", async (context, _) =>
        {
            await context.Sleep(TimeSpan.FromHours(1));
            return "slept";
        });
        var machine = new StateMachineBuilder<State, Data>("switch").InitialTransition(State.Off);
        machine.Root.InternalTransition<Count>((data, _) => data.Count++);
        machine.Configure(State.Off).Permit<Toggle>(State.On).After(TimeSpan.FromHours(1), State.On).Invoke(sleep);
        machine.Configure(State.On).Permit<Toggle>(State.Off).After(TimeSpan.FromHours(1), State.Off).Invoke(sleep);
        return machine.Build();
    }

    [Fact]
    public async Task A_plain_send_writes_one_key_and_nothing_else_to_the_journal()
    {
        await SendAsync("COUNT");
        var invocation = await SendAsync("COUNT");
        await host.InvocationsAsync(_key, "send", $"status = 'completed' and id = '{invocation}'");
        var journal = (await host.QueryAsync($"select entry_type from sys_journal where id = '{invocation}' order by index"))
            .Select(row => row.GetProperty("entry_type").GetString());
        Assert.Equal(["Command: Input", "Command: SetState", "Command: Output"], journal);
    }

    [Theory]
    [InlineData("COUNT")]
    [InlineData("TOGGLE")]
    public async Task Nothing_grows_with_the_number_of_events(string type)
    {
        for (var i = 0; i < 10; i++)
            await SendAsync(type);
        var few = await SizesAsync();
        for (var i = 0; i < 40; i++)
            await SendAsync(type);
        Assert.Equal(few, await SizesAsync());
        Assert.Equal(51, (await host.Host.CallAsync("switch", _key, "snapshot")).GetProperty("revision").GetInt32());
    }

    /// <summary>The second of the queries that @restatedev/xstate documents. docs/contract.md has the form that the server takes.</summary>
    [Fact]
    public async Task The_query_for_versions_in_use_as_the_seed_has_it_is_refused_by_the_server()
    {
        var error = await Assert.ThrowsAsync<AdminException>(() => host.QueryAsync(
            """
            with keys as
                (select service_key from state where key = 'snapshot' and json_get_str(value_utf8, 'status') != 'done')
                select state.service_key, state.value_utf8 from keys right join state where keys.service_key = state.service_key and key = 'version'
            """));
        Assert.Contains("join condition should not be empty", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> SendAsync(string type)
    {
        var answer = await host.Host.Ingress.CallAsync(
            Target.Object("switch", _key, "send"), Encoding.UTF8.GetBytes($$$"""{"event": {"type": "{{{type}}}"}}"""));
        return answer.InvocationId!;
    }

    /// <summary>Names of keys and lengths of values. What is counted in them has two or three digits throughout.</summary>
    private async Task<IReadOnlyList<string>> SizesAsync() =>
        [.. (await host.StateAsync("switch", _key)).Select(entry => $"{entry.Key} {entry.Value.Length}").Order(StringComparer.Ordinal)];
}

[Collection(NormalInstances.Name)]
public sealed class Footprint_scenarios(NormalInstancesHost host) : FootprintScenarios(host);

[Collection(ReplayInstances.Name)]
public sealed class Footprint_scenarios_under_forced_replay(ReplayInstancesHost host) : FootprintScenarios(host);
