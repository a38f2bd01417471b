using System.Globalization;
using System.Text;
using Restate.Sdk;
using Restate.Sdk.Client;

namespace Machines.Benchmarks;

/// <summary>What a caller does again and again, each time with the next of the keys.</summary>
internal static class Workload
{
    public const int Keys = 500;

    private static readonly byte[] Increment = """{"event":{"type":"increment"}}"""u8.ToArray();
    private static readonly byte[] WaitUntilDone = """{"condition":"done","event":{"type":"CLOSE"}}"""u8.ToArray();

    private static readonly byte[] WaitOn = """{"condition":"done","subscribed":true}"""u8.ToArray();

    /// <summary>Makes the counters that are sent to later: the peer's must be created first.</summary>
    public static async Task CreateAsync(IngressClient ingress, string counter)
    {
        foreach (var key in Enumerable.Range(0, Keys).Select(Key))
            await ingress.CallAsync(Target.Object(counter, key, "create"), ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>The next of the keys.</summary>
    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"key-{number % Keys}");

    /// <summary>One that is called through the ingress.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="ingress">The ingress.</param>
    /// <param name="endpoint">What serves it.</param>
    /// <param name="counter">The virtual object that takes <c>increment</c>.</param>
    /// <param name="door">The virtual object that is done after <c>CLOSE</c>; null if it has none.</param>
    public static Candidate Candidate(string name, IngressClient ingress, EndpointProcess endpoint, string counter, string? door) => new(
        name, endpoint.Id, number => SendAsync(ingress, counter, number), door is null ? null : number => WaitAsync(ingress, door, number));

    /// <summary>One event to a counter.</summary>
    public static Task SendAsync(IngressClient ingress, string counter, int number) =>
        ingress.CallAsync(Target.Object(counter, Key(number), "send"), Increment);

    /// <summary>A new instance, and a wait for its end, which an event brings about.</summary>
    public static async Task WaitAsync(IngressClient ingress, string door, int number)
    {
        await ingress.CallAsync(Target.Object(door, Key(number), "create"), ReadOnlyMemory<byte>.Empty);
        await ingress.CallAsync(Target.Object(door, Key(number), "waitFor"), WaitUntilDone);
    }

    /// <summary>The same by the handler that the peer does not have, as the gateway uses it.</summary>
    public static async Task SendAndWaitAsync(IngressClient ingress, string door, int number)
    {
        var wait = Guid.NewGuid().ToString();
        await ingress.CallAsync(Target.Object(door, Key(number), "create"), ReadOnlyMemory<byte>.Empty);
        var answer = await ingress.CallAsync(
            Target.Object(door, Key(number), "sendAndWaitFor"),
            Encoding.UTF8.GetBytes($$$"""{"condition":"done","event":{"type":"CLOSE"},"idempotencyKey":"{{{wait}}}"}"""));
        if (answer.Body.IsEmpty)
            await ingress.CallAsync(Target.Object(door, Key(number), "waitFor"), WaitOn, new IngressCallOptions { IdempotencyKey = wait });
    }
}
