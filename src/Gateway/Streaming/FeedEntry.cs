namespace Gateway.Streaming;

/// <summary>One thing that happened to a watched instance.</summary>
/// <param name="Number">Counts the feed's entries, from 0.</param>
/// <param name="Life">How often the instance was reset before, since the feed began. Revisions count up within a life.</param>
/// <param name="Snapshot">What came of it.</param>
internal sealed record FeedEntry(long Number, int Life, ObservedSnapshot Snapshot);
