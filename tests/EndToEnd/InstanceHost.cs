using System.Text.Json;
using Machines;
using Machines.Testing;

namespace EndToEnd;

/// <summary>A restate-server with machines that a scenario deploys, called as <c>curl</c> would. Started once for all scenarios of a mode.</summary>
public abstract class InstanceHost(IReadOnlyDictionary<string, string> environment) : IAsyncLifetime
{
    public RestateTestHost Host { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Host = await RestateTestHost.StartAsync(environment, Machines);

    public virtual async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Serves all machines again, one of them in another form: what a deployment does.</summary>
    public Task RedeployAsync(DurableMachine changed) =>
        Host.DeployAsync(Machines.Where(machine => machine.Name != changed.Name).Append(changed));

    /// <summary>Waits until a handler of an instance has ended so often.</summary>
    public async Task EndedAsync(string key, string handler, int times = 1)
    {
        var count = 0;
        await Eventually.BecomesTrueAsync(
            async () => (count = (await Host.Admin.QueryAsync(
                $"select id from sys_invocation where target_service_key = '{key}' and target_handler_name = '{handler}' and status = 'completed'")).Count) >= times,
            () => $"{times} invocations of {handler} to be over; {count} are");
    }

    /// <summary>The instance's state keys, by name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StateAsync(string machine, string key) =>
        (await QueryAsync($"select key, value_utf8 from state where service_name = '{machine}' and service_key = '{key}'"))
            .ToDictionary(row => row.GetProperty("key").GetString()!, row => row.GetProperty("value_utf8").GetString()!);

    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string sql) => await Host.Admin.QueryAsync(sql);

    protected abstract IEnumerable<DurableMachine> Machines { get; }

    protected static IReadOnlyDictionary<string, string> Normal { get; } = new Dictionary<string, string>();

    protected static IReadOnlyDictionary<string, string> ForcedReplay { get; } =
        new Dictionary<string, string> { ["RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT"] = "0s" };
}
