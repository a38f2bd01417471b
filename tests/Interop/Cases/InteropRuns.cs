using System.Collections.Concurrent;

namespace Interop.Cases;

/// <summary>The server, and what each client said of it: every client runs its cases once, in one go.</summary>
public sealed class InteropRuns : IAsyncLifetime
{
    private readonly InteropServer _server = new();
    private readonly ConcurrentDictionary<InteropClient, Lazy<Task<IReadOnlyList<InteropOutcome>>>> _runs = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    internal Task<IReadOnlyList<InteropOutcome>> OutcomesAsync(InteropClient client) =>
        _runs.GetOrAdd(client, key => new Lazy<Task<IReadOnlyList<InteropOutcome>>>(() => key.RunAsync(_server))).Value;
}
