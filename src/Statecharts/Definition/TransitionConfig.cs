namespace Statecharts;

/// <summary>A transition before it is compiled.</summary>
/// <param name="descriptor">The event descriptor; empty where the place in the definition says it.</param>
internal sealed class TransitionConfig(string descriptor)
{
    internal string Descriptor { get; } = descriptor;

    /// <summary>XState's targets: <c>sibling</c>, <c>.child</c>, <c>#id</c>; null when it stays where it is.</summary>
    internal IReadOnlyList<string>? Targets { get; set; }

    internal bool Reenter { get; set; }

    internal MachineGuard? Guard { get; set; }

    internal List<MachineAction> Actions { get; } = [];

    internal string? Description { get; set; }
}
