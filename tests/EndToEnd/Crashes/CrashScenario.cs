namespace EndToEnd.Crashes;

/// <summary>What a user does with machines while the host crashes.</summary>
/// <param name="Machines">Those whose last snapshots are compared.</param>
/// <param name="Effects">The side effects that it has in all, each once.</param>
/// <param name="Invocations">How many invocations it takes: each message is sent once, too.</param>
/// <param name="ActAsync">What the user does. It gives the answers that are compared.</param>
internal sealed record CrashScenario(
    IReadOnlyList<string> Machines, IReadOnlyList<string> Effects, int Invocations, Func<CrashUser, Task<IReadOnlyList<string>>> ActAsync)
{
    private const string Done = """{"condition": "done"}""";

    public static IReadOnlyDictionary<string, CrashScenario> All { get; } = new Dictionary<string, CrashScenario>
    {
        ["sends"] = new(["counter"], [], 3, async user =>
        [
            await user.CallAsync("counter", "create"),
            await user.CallAsync("counter", "send", """{"event": {"type": "ADD", "amount": 1}}"""),
            await user.CallAsync("counter", "send", """{"event": {"type": "ADD", "amount": 10}}"""),
        ]),
        ["reset"] = new(["counter"], [], 3, async user =>
        [
            await user.CallAsync("counter", "send", """{"event": {"type": "ADD", "amount": 1}}"""),
            await user.CallAsync("counter", "create"),
            await user.CallAsync("counter", "send", """{"event": {"type": "ADD", "amount": 10}}"""),
        ]),
        ["promise"] = new(["promise"], ["first", "second"], 5, async user => [await user.StartAsync("promise"), await user.CallAsync("promise", "waitFor", Done)]),
        ["timers"] = new(["timers"], [], 6, async user => [await user.StartAsync("timers"), await user.CallAsync("timers", "waitFor", Done)]),
        ["actions"] = new(["actions", "counter"], ["before", "after"], 3, async user => [await user.StartAsync("actions")]),
        ["children"] = new(["family", "remote"], ["first", "second", "remote"], 11, async user => [await user.StartAsync("family"), await user.CallAsync("family", "waitFor", Done)]),
        ["waitFor with event"] = new(["promise"], ["first", "second"], 4, async user => [await user.StartAsync("promise", "waitFor", ", \"condition\": \"done\"")]),
        ["waitFor decided at once"] = new(["switch", "counter"], [], 6, async user =>
        [
            await user.CallAsync("switch", "create"),
            await user.StartAsync("switch", "waitFor", ", \"condition\": \"done\""),
            await user.CallAsync("counter", "create"),
            await user.CallAsync("counter", "waitFor", """{"event": {"type": "ADD", "amount": 1}, "condition": "revision:1"}"""),
        ]),
        ["waitFor that fails at once"] = new(["switch"], [], 3, async user =>
        [
            await user.CallAsync("switch", "create"),
            await user.StartAsync("switch", "waitFor", ", \"condition\": \"hasTag:never\""),
        ]),
        ["waitFor decided by a send"] = new(["switch"], [], 4, async user =>
        {
            await user.CallAsync("switch", "create");
            var waiter = user.CallAsync("switch", "waitFor", Done);
            await user.SeesAsync("subscribe", "completed");
            return [await user.StartAsync("switch"), await waiter];
        }),
        ["sendAndWaitFor decided at once"] = new(["switch"], [], 2, async user =>
        [
            await user.CallAsync("switch", "create"),
            await user.StartAsync("switch", "sendAndWaitFor", ", \"condition\": \"done\", \"idempotencyKey\": \"wait\""),
        ]),
        ["sendAndWaitFor decided later"] = new(["promise"], ["first", "second"], 4, async user =>
        [
            await user.StartAsync("promise", "sendAndWaitFor", ", \"condition\": \"done\", \"idempotencyKey\": \"wait\""),
            await user.CallAsync("promise", "waitFor", """{"condition": "done", "subscribed": true}""", idempotencyKey: "wait"),
        ]),
        ["dispose"] = new(["sleeper"], ["tidied"], 7, async user =>
        {
            await user.StartAsync("sleeper");
            var waiter = user.CallAsync("sleeper", "waitFor", Done);
            await user.SeesAsync("invokePromise", "running", "suspended", "backing-off");
            await user.SeesAsync("subscribe", "completed");
            return [await user.CallAsync("sleeper", "dispose"), await waiter];
        }),
    };
}
