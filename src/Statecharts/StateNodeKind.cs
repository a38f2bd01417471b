namespace Statecharts;

/// <summary>What a state is.</summary>
public enum StateNodeKind
{
    /// <summary>It has no children.</summary>
    Atomic,

    /// <summary>Exactly one of its children is active while it is.</summary>
    Compound,

    /// <summary>All of its children (its regions) are active while it is.</summary>
    Parallel,

    /// <summary>Entering it completes its parent.</summary>
    Final,

    /// <summary>Never active itself: entering it enters what was active in its parent last.</summary>
    History,
}
