namespace Statecharts;

/// <summary>How the target of a send is found.</summary>
internal enum SendTargetKind
{
    Self,
    Parent,
    Child,
    System,
}
