using Machines;

namespace EndToEnd.Instances;

/// <summary>The machines of all these scenarios on one restate-server. Started once for all scenarios of a mode.</summary>
public abstract class InstancesHost(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
{
    protected override IEnumerable<DurableMachine> Machines { get; } = [.. RequestScenarios.Machines];
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
