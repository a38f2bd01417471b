namespace Restate.Sdk.Hosting;

/// <summary>The user's side of a run: what to execute and how to retry it.</summary>
internal sealed record RunBody(Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> Execute, RunOptions? Options);
