namespace Statecharts;

/// <summary>An actor at rest, immutable: a machine's <see cref="Snapshot"/> or a <see cref="PromiseSnapshot"/>.</summary>
public abstract class ActorSnapshot
{
    private protected ActorSnapshot(ActorStatus status, object? output, ActorError? error)
    {
        Status = status;
        Output = output;
        Error = error;
    }

    /// <summary>Where the actor is in its life.</summary>
    public ActorStatus Status { get; }

    /// <summary>What it ended with, when <see cref="ActorStatus.Done"/>.</summary>
    public object? Output { get; }

    /// <summary>Why it failed, when <see cref="ActorStatus.Error"/>.</summary>
    public ActorError? Error { get; }
}
