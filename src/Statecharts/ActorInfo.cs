namespace Statecharts;

/// <summary>An actor of an instance, as <see cref="StateMachine.FindActor"/> found it.</summary>
/// <param name="Path">Its path, with its session.</param>
/// <param name="Logic">What it runs.</param>
/// <param name="Snapshot">Where it is.</param>
/// <param name="DataModel">How its data is written: its own for a machine, its parent's for a promise.</param>
public sealed record ActorInfo(ActorPath Path, ActorLogic Logic, ActorSnapshot Snapshot, DataModel DataModel)
{
    /// <summary>What it runs, when that is a machine.</summary>
    public StateMachine? Machine => Logic as StateMachine;

    /// <summary>What it runs, when that is a promise.</summary>
    public PromiseActor? Promise => Logic as PromiseActor;
}
