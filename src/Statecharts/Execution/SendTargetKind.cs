namespace Statecharts;

/// <summary>How the target of a send is found.</summary>
enum SendTargetKind
{
    Self,
    Parent,
    Child,
    System,
}
