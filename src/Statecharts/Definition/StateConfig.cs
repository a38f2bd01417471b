using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>A state before it is compiled.</summary>
internal sealed class StateConfig(string key)
{
    internal string Key { get; } = key;

    internal string? Id { get; set; }

    /// <summary>What it is; null to tell from its children.</summary>
    internal StateNodeKind? Kind { get; set; }

    /// <summary>The key of the initial child.</summary>
    internal string? Initial { get; set; }

    internal List<MachineAction> InitialActions { get; } = [];

    internal HistoryKind History { get; set; }

    /// <summary>Where a history state leads by default, seen from its parent; null for the parent's own default.</summary>
    internal List<string>? HistoryTargets { get; set; }

    internal List<StateConfig> States { get; } = [];

    internal List<MachineAction> Entry { get; } = [];

    internal List<MachineAction> Exit { get; } = [];

    /// <summary>Transitions by event descriptor.</summary>
    internal List<TransitionConfig> On { get; } = [];

    internal List<TransitionConfig> Always { get; } = [];

    internal List<TransitionConfig> OnDone { get; } = [];

    internal List<DelayConfig> After { get; } = [];

    internal List<InvocationConfig> Invocations { get; } = [];

    internal Func<object?, Event, object?>? Output { get; set; }

    internal List<string> Tags { get; } = [];

    internal JsonNode? Meta { get; set; }

    internal string? Description { get; set; }
}
