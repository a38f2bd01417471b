namespace Statecharts;

/// <summary>Whether an actor takes events.</summary>
internal enum ActorPhase
{
    /// <summary>It exists, and keeps events until it starts.</summary>
    NotStarted,

    Running,

    /// <summary>It ended, and drops events.</summary>
    Stopped,
}
