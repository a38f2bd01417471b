using Machines.V1;

namespace Gateway.Streaming;

/// <summary>One of the transitions that a machine keeps.</summary>
internal sealed record HistoryEntry(ulong Revision, Transition Transition);
