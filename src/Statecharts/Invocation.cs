namespace Statecharts;

/// <summary>A child actor that lives while a state is active.</summary>
public sealed class Invocation
{
    internal Invocation(string id, string source, ActorLogic logic, SpawnAction spawn)
    {
        Id = id;
        Source = source;
        Logic = logic;
        Spawn = spawn;
    }

    /// <summary>The child's id.</summary>
    public string Id { get; }

    /// <summary>The name of what it runs (<c>src</c>).</summary>
    public string Source { get; }

    /// <summary>What it runs.</summary>
    public ActorLogic Logic { get; }

    internal SpawnAction Spawn { get; }
}
