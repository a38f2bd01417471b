namespace Statecharts;

/// <summary>Something that happened: a type, by which transitions are selected, and what came with it.</summary>
/// <param name="Type">
/// The event's type, such as <c>SUBMIT</c>. Types that begin with <c>xstate.</c> belong to the engine
/// (<c>xstate.after.…</c>, <c>xstate.done.actor.…</c>, <c>xstate.error.actor.…</c>).
/// </param>
/// <param name="Data">
/// What came with the event: the message of a typed event, the output for <c>xstate.done.…</c>, an <see cref="ActorError"/>
/// for <c>xstate.error.…</c>, the child's <see cref="Snapshot"/> for <c>xstate.snapshot.…</c>, or null.
/// </param>
public sealed record Event(string Type, object? Data = null)
{
    /// <summary>The type of the event that a machine starts with.</summary>
    public const string InitType = "xstate.init";

    /// <summary>What the type of a child's end with an output begins with; the child's id follows.</summary>
    public const string DoneActorPrefix = "xstate.done.actor.";

    /// <summary>What the type of a child's failure begins with; the child's id follows.</summary>
    public const string ErrorActorPrefix = "xstate.error.actor.";

    internal const string InternalPrefix = "xstate.";
    internal const string DoneStatePrefix = "xstate.done.state.";
    internal const string SnapshotPrefix = "xstate.snapshot.";
    internal const string AfterPrefix = "xstate.after.";
    internal const string RouteType = "xstate.route";

    /// <summary>Stops the actor that takes it; never visible to a machine's transitions.</summary>
    internal static readonly Event Stop = new("xstate.stop");

    /// <summary>True for types that only the engine makes, which nobody outside may send.</summary>
    public bool IsInternal => IsInternalType(Type);

    /// <summary><c>xstate.route</c> is the one type of the engine's own that comes from outside.</summary>
    internal static bool IsInternalType(string type) => type.StartsWith(InternalPrefix, StringComparison.Ordinal) && type != RouteType;

    internal bool IsActorError => Type.StartsWith("xstate.error.actor", StringComparison.Ordinal);
}
