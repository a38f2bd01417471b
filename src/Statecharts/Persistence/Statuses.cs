namespace Statecharts;

/// <summary>The names that XState has for an actor's status.</summary>
internal static class Statuses
{
    internal static string Name(ActorStatus status) => status switch
    {
        ActorStatus.Active => "active",
        ActorStatus.Done => "done",
        ActorStatus.Error => "error",
        _ => "stopped",
    };

    internal static ActorStatus? Parse(string? name) => name switch
    {
        "active" => ActorStatus.Active,
        "done" => ActorStatus.Done,
        "error" => ActorStatus.Error,
        "stopped" => ActorStatus.Stopped,
        _ => null,
    };
}
