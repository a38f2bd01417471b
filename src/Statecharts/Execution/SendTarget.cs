namespace Statecharts;

/// <summary>Whom an action sends to.</summary>
/// <param name="Kind">How to find it.</param>
/// <param name="Name">The child's id or the system id.</param>
internal readonly record struct SendTarget(SendTargetKind Kind, string Name = "");
