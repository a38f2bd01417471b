using Machines;

namespace EndToEnd.Instances;

/// <summary>The machines of all these scenarios on one restate-server. Started once for all scenarios of a mode.</summary>
public abstract class InstancesHost(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
{
    protected override IEnumerable<DurableMachine> Machines { get; } =
    [
        .. RequestScenarios.Machines,
        .. WaiterScenarios.Machines,
        .. SendAndWaitForScenarios.Machines,
        .. EvolutionScenarios.Machines,
        .. FootprintScenarios.Machines,
        .. MessageScenarios.Machines,
        .. CancellationScenarios.Machines,
        .. DataScenarios.Machines,
    ];

    /// <summary>Waits until so many invocations of a handler of an instance are there, and are what they should be.</summary>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<string>> InvocationsAsync(string key, string handler, string condition = "true", int count = 1)
    {
        string[] ids = [];
        await Eventually.BecomesTrueAsync(
            async () => (ids = [.. (await QueryAsync(
                    $"select id from sys_invocation where target_service_key = '{key}' and target_handler_name = '{handler}' and {condition}"))
                .Select(row => row.GetProperty("id").GetString()!)]).Length == count,
            () => $"{count} invocations of {handler} with {condition}; there are {ids.Length}");
        return ids;
    }
}

/// <summary>As users run it.</summary>
public sealed class NormalInstancesHost() : InstancesHost(Normal);

/// <summary>Every wait suspends the invocation, and its journal is replayed from the start.</summary>
public sealed class ReplayInstancesHost() : InstancesHost(ForcedReplay);

[CollectionDefinition(Name)]
public sealed class NormalInstances : ICollectionFixture<NormalInstancesHost>
{
    public const string Name = "Instances";
}

[CollectionDefinition(Name)]
public sealed class ReplayInstances : ICollectionFixture<ReplayInstancesHost>
{
    public const string Name = "Instances under forced replay";
}
