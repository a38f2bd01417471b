namespace Statecharts;

/// <summary>An invocation before it is compiled.</summary>
internal sealed class InvocationConfig(string source, ActorLogic logic)
{
    internal string Source { get; } = source;

    internal ActorLogic Logic { get; } = logic;

    /// <summary>The child's id; null for one made of its place in the definition.</summary>
    internal string? Id { get; set; }

    internal string? SystemId { get; set; }

    internal Func<object?, Event, object?>? Input { get; set; }

    internal List<TransitionConfig> OnDone { get; } = [];

    internal List<TransitionConfig> OnError { get; } = [];

    internal List<TransitionConfig> OnSnapshot { get; } = [];
}
