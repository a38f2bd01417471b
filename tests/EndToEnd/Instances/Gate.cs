using System.Collections.Concurrent;
using Machines;

namespace EndToEnd.Instances;

/// <summary>Keeps an instance busy until a scenario lets it go on.</summary>
internal static class Gate
{
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Gates = new();

    /// <summary>An action that waits at the gate of its parameter's name.</summary>
    public static DurableAction<string> Wait { get; } = new("wait at gate", (name, token) => new ValueTask(Of(name).WaitAsync(token)));

    /// <summary>Lets one action pass.</summary>
    public static void Open(string name) => Of(name).Release();

    private static SemaphoreSlim Of(string name) => Gates.GetOrAdd(name, _ => new SemaphoreSlim(0));
}
