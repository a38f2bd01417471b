namespace Statecharts;

/// <summary>A child actor that lives while a state is active.</summary>
public sealed class Invocation
{
    internal Invocation(string id, ActorLogic logic, SpawnAction spawn)
    {
        Id = id;
        Logic = logic;
        Spawn = spawn;
    }

    /// <summary>The child's id.</summary>
    public string Id { get; }

    /// <summary>What it runs.</summary>
    public ActorLogic Logic { get; }

    internal SpawnAction Spawn { get; }
}
