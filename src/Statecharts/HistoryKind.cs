namespace Statecharts;

/// <summary>How much a history state recalls.</summary>
public enum HistoryKind
{
    /// <summary>Which of its siblings was active.</summary>
    Shallow,

    /// <summary>All that was active below its parent.</summary>
    Deep,
}
