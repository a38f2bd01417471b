using System.Globalization;
using System.Text.Json;
using Machines;
using Statecharts;

namespace EndToEnd;

/// <summary>The last transitions, as an instance keeps them for those who wait for a revision.</summary>
public abstract class HistoryScenarios(HistoryScenarios.Fixture fixture)
{
    private readonly string _key = $"history-{Guid.NewGuid():N}";

    private enum State
    {
        Idle,
        Working,
        Resting,
    }

    private sealed record Start;

    private sealed record Unhandled;

    private sealed class Data
    {
        public string Text { get; set; } = new('x', 10_000);
    }

    private static StateMachine Definition()
    {
        var machine = new StateMachineBuilder<State, Data>("worker").InitialTransition(State.Idle);
        machine.Configure(State.Idle)
            .Permit<Start>(State.Working);
        machine.Configure(State.Working)
            .Permit<Unhandled>(State.Idle)
            .Invoke(new DurablePromise<object?, string>("work", (_, _) => ValueTask.FromResult("done")), id: "work")
                .OnDone(State.Resting);
        machine.Configure(State.Resting)
            .After(TimeSpan.FromMilliseconds(10), State.Idle);
        return machine.Build();
    }

    [Fact]
    public async Task Who_waits_for_a_revision_gets_what_happened_since()
    {
        await CallAsync("kept", "create");
        await CallAsync("kept", "send", """{"event": {"type": "START"}}""");
        var all = await CallAsync("kept", "waitFor", """{"condition": "revision:3"}""");
        Assert.Equal(
            [(1, "xstate.init", "idle"), (2, "START", "working"), (3, "xstate.done.actor.work", "resting"), (4, "xstate.after.10.worker.resting", "idle")],
            Entries(await CallAsync("kept", "waitFor", """{"condition": "revision:0"}""")));
        Assert.Equal([(4, "xstate.after.10.worker.resting", "idle")], Entries(all));

        var times = Times(await CallAsync("kept", "waitFor", """{"condition": "revision:0"}"""));
        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(DateTimeOffset.UtcNow - time, TimeSpan.Zero, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task No_other_answer_has_the_history()
    {
        Assert.Equal([], Entries(await CallAsync("kept", "create")));
        Assert.Equal([], Entries(await CallAsync("kept", "send", """{"event": {"type": "UNHANDLED"}}""")));
        Assert.Equal([], Entries(await CallAsync("kept", "snapshot")));
        Assert.Equal([], Entries(await CallAsync("kept", "create", """{"ifExists": "return"}""")));
        Assert.Equal([], Entries(await CallAsync("kept", "waitFor", """{"condition": "matches:idle"}""")));
        Assert.Equal([], Entries(await CallAsync("forgotten", "waitFor", """{"condition": "revision:1", "event": {"type": "START"}}""")));
    }

    [Fact]
    public async Task Only_the_last_ones_are_kept_however_large_the_context()
    {
        for (var round = 0; round < 3; round++)
        {
            await CallAsync("brief", "send", """{"event": {"type": "START"}}""");
            await CallAsync("brief", "waitFor", $$"""{"condition": "revision:{{3 + (round * 3)}}"}""");
        }

        var snapshot = await CallAsync("brief", "waitFor", """{"condition": "revision:0"}""");
        Assert.Equal([9, 10], Entries(snapshot).Select(entry => entry.Revision));
        Assert.InRange(snapshot.GetProperty("history").GetRawText().Length, 1, 500);
        var stored = Assert.Single(await fixture.QueryAsync($"select value_utf8 from state where service_key = '{_key}' and key = 'snapshot'"));
        Assert.Equal(2, JsonElement.Parse(stored.GetProperty("value_utf8").GetString()!).GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task A_reset_starts_the_history_anew()
    {
        await CallAsync("kept", "create");
        await CallAsync("kept", "send", """{"event": {"type": "START"}}""");
        await CallAsync("kept", "create");
        Assert.Equal([(1, "xstate.init", "idle")], Entries(await CallAsync("kept", "waitFor", """{"condition": "revision:0"}""")));
    }

    [Fact]
    public async Task A_wait_that_creates_the_instance_sees_its_creation_and_the_event()
    {
        var started = await CallAsync("kept", "waitFor", """{"condition": "revision:0", "event": {"type": "START"}}""");
        Assert.Equal([(1, "xstate.init", "idle"), (2, "START", "working")], Entries(started));
    }

    private static IReadOnlyList<(int Revision, string Event, string Value)> Entries(JsonElement snapshot) =>
        snapshot.TryGetProperty("history", out var history)
            ? [.. history.EnumerateArray().Select(entry => (entry.GetProperty("revision").GetInt32(), entry.GetProperty("event").GetString()!, entry.GetProperty("value").GetString()!))]
            : [];

    private static IReadOnlyList<DateTimeOffset> Times(JsonElement snapshot) =>
    [
        .. snapshot.GetProperty("history").EnumerateArray().Select(entry => DateTimeOffset.ParseExact(
            entry.GetProperty("time").GetString()!, "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
    ];

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => fixture.Host.CallAsync(machine, _key, handler, json);

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } =
        [
            new DurableMachine("kept", Definition()) { History = 100 },
            new DurableMachine("brief", Definition()) { History = 2 },
            new DurableMachine("forgotten", Definition()),
        ];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class History_scenarios(HistoryScenarios.NormalFixture fixture)
    : HistoryScenarios(fixture), IClassFixture<HistoryScenarios.NormalFixture>;

public sealed class History_scenarios_under_forced_replay(HistoryScenarios.ReplayFixture fixture)
    : HistoryScenarios(fixture), IClassFixture<HistoryScenarios.ReplayFixture>;
