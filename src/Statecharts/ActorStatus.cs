namespace Statecharts;

/// <summary>Where an actor is in its life.</summary>
public enum ActorStatus
{
    /// <summary>It runs and takes events.</summary>
    Active,

    /// <summary>It reached its end and has its output.</summary>
    Done,

    /// <summary>It failed: an action or guard threw, a promise was rejected, or a child's failure was not handled.</summary>
    Error,

    /// <summary>Its parent stopped it.</summary>
    Stopped,
}
