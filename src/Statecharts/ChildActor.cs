namespace Statecharts;

/// <summary>A child of a machine, as its parent's snapshot holds it.</summary>
/// <param name="Id">Its id among the parent's children.</param>
/// <param name="Session">Its number, which no other actor of the instance has or had.</param>
/// <param name="Source">The name that the machine has for what it runs (<c>src</c>).</param>
/// <param name="Logic">What it runs.</param>
/// <param name="Snapshot">Where it is.</param>
/// <param name="SystemId">Its name in the whole instance, if it has one.</param>
/// <param name="SyncSnapshot">Whether each of its snapshots is sent to the parent (<c>onSnapshot</c>).</param>
public sealed record ChildActor(
    string Id, int Session, string Source, ActorLogic Logic, ActorSnapshot Snapshot, string? SystemId, bool SyncSnapshot);
