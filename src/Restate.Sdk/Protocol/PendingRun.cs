namespace Restate.Sdk.Protocol;

/// <summary>A run whose result the journal does not have yet.</summary>
internal sealed class PendingRun(uint completionId, RelatedCommand command)
{
    public uint CompletionId { get; } = completionId;

    public RelatedCommand Command { get; } = command;

    public bool IsExecuting { get; set; }
}
