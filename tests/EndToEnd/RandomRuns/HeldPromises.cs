using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Machines;
using Statecharts;

namespace EndToEnd.RandomRuns;

/// <summary>The promises of random machines: each ends when, and as, the test says.</summary>
internal static class HeldPromises
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> s_awakeables = new();
    private static readonly AsyncLocal<string> s_token = new();

    public static IReadOnlyList<ActorLogic> All { get; } = [Promise("p1"), Promise("p2")];

    /// <summary>Says which promise it is that the calling handler is about to run.</summary>
    public static void Enter(string token) => s_token.Value = token;

    /// <summary>The awakeable that a promise waits for, once it does.</summary>
    public static Task<string> AwakeableAsync(string token) => Awakeable(token).Task;

    private static DurablePromise<JsonNode?, JsonNode?> Promise(string name) => new(name, async (context, _) =>
    {
        var end = context.Awakeable<JsonNode?>();
        Awakeable(s_token.Value!).TrySetResult(end.Id);
        return await end;
    });

    private static TaskCompletionSource<string> Awakeable(string token) => s_awakeables.GetOrAdd(token, _ => new());
}
