using System.Text;
using System.Text.Json;
using Machines;
using Restate.Sdk;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>An event and a wait in one invocation, or in one and a <c>waitFor</c> that goes on: either answers as <c>waitFor</c> with an event does.</summary>
public abstract class SendAndWaitForScenarios(InstancesHost host)
{
    private readonly string _key = $"wait-{Guid.NewGuid():N}";

    private enum State
    {
        Open,
        Busy,
        Closed,
    }

    private sealed record Count;

    private sealed record Flash;

    private sealed record Finish;

    private sealed class Data
    {
        public int Count { get; set; }
    }

    internal static IEnumerable<DurableMachine> Machines { get; } =
    [
        new DurableMachine("counter-desk", Desk("counter-desk")),
        new DurableMachine("created-desk", Desk("created-desk")) { RequireCreate = true },
    ];

    private static StateMachine Desk(string id)
    {
        var machine = new StateMachineBuilder<State, Data>(id).InitialTransition(State.Open);
        machine.Configure(State.Open)
            .InternalTransition<Count>((data, _) => data.Count++)
            .Permit<Flash>(State.Busy)
            .Permit<Finish>(State.Closed, (data, _) => data.Count++);
        machine.Configure(State.Busy).Tag("busy").Permit<Flash>(State.Open);
        machine.Configure(State.Closed).Final();
        return machine.Build();
    }

    [Fact]
    public async Task An_event_that_meets_the_condition_answers_at_once_and_nothing_waits()
    {
        var answer = await SendAndWaitForAsync("FINISH", "done");
        Assert.Equal((await CallAsync("snapshot")).GetRawText(), JsonElement.Parse(answer).GetRawText());
        Assert.Equal("done", JsonElement.Parse(answer).GetProperty("status").GetString());
        await AssertIsOneInvocationAsync();
    }

    [Fact]
    public async Task A_condition_that_is_met_already_is_judged_after_the_event()
    {
        foreach (var count in (int[])[1, 2])
        {
            var answer = JsonElement.Parse(await SendAndWaitForAsync("COUNT", "revision:1", $"{_key}-{count}"));
            Assert.Equal(count, answer.GetProperty("context").GetProperty("count").GetInt32());
        }
    }

    [Fact]
    public async Task An_undecided_condition_is_waited_for_under_the_key_and_leaves_no_trace()
    {
        Assert.Empty(await SendAndWaitForAsync("COUNT", "hasTag:busy"));
        Assert.Contains("\"subscribed\":[{", (await host.StateAsync("counter-desk", _key))["snapshot"], StringComparison.Ordinal);
        var waiting = WaitOnAsync("hasTag:busy");

        // It holds for a moment only, and the wait sees it nevertheless.
        var busy = await SendAsync("FLASH");
        await SendAsync("FLASH");
        Assert.Equal(busy.GetRawText(), JsonElement.Parse(await waiting).GetRawText());
        await AssertHasCountedAsync(1);

        // Whoever comes later with the same keys gets the same answers.
        Assert.Empty(await SendAndWaitForAsync("COUNT", "hasTag:busy"));
        Assert.Equal(busy.GetRawText(), JsonElement.Parse(await WaitOnAsync("hasTag:busy")).GetRawText());
        await AssertHasCountedAsync(1);
        await host.InvocationsAsync(_key, "waitFor");
        await host.InvocationsAsync(_key, "subscribe", count: 0);
    }

    [Fact]
    public async Task An_event_that_makes_the_condition_impossible_stays_and_fails_at_once()
    {
        await AssertFailsAsync(412, SendAndWaitForAsync("FINISH", "hasTag:busy"));
        await AssertHasCountedAsync(1);
        await AssertIsOneInvocationAsync();
    }

    [Fact]
    public async Task A_condition_that_becomes_impossible_fails_the_wait()
    {
        await SendAndWaitForAsync("COUNT", "hasTag:busy");
        var waiting = WaitOnAsync("hasTag:busy");
        await SendAsync("FINISH");
        await AssertFailsAsync(412, waiting);
        await AssertHasCountedAsync(2);
    }

    [Theory]
    [InlineData("create", "the instance was reset before it met 'hasTag:busy'")]
    [InlineData("dispose", "the instance was disposed before it met 'hasTag:busy'")]
    public async Task Who_waits_for_a_run_that_is_ended_is_told(string handler, string message)
    {
        await SendAndWaitForAsync("COUNT", "hasTag:busy");
        var waiting = WaitOnAsync("hasTag:busy");
        await host.Host.CallAsync("counter-desk", _key, handler, "");
        Assert.Equal(message, (await AssertFailsAsync(412, waiting)).Message);
    }

    [Fact]
    public async Task A_wait_that_times_out_leaves_no_trace()
    {
        Assert.Empty(await SendAndWaitForAsync("COUNT", "hasTag:busy", timeout: 10));
        await AssertFailsAsync(408, WaitOnAsync("hasTag:busy", timeout: 10));
        await host.EndedAsync(_key, "unsubscribe");
        await AssertHasCountedAsync(1);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_leaves_no_trace()
    {
        await SendAndWaitForAsync("COUNT", "hasTag:busy");
        var waiting = WaitOnAsync("hasTag:busy");
        await host.Host.Admin.CancelAsync(Assert.Single(await host.InvocationsAsync(_key, "waitFor")));
        await AssertFailsAsync(409, waiting);
        await host.EndedAsync(_key, "unsubscribe");
        await AssertHasCountedAsync(1);
    }

    [Theory]
    [InlineData("""{"condition": "done", "idempotencyKey": "k"}""", "event: is required")]
    [InlineData("""{"condition": "done", "idempotencyKey": "k", "event": {"type": "COUNTT"}}""", "event.type: ")]
    [InlineData("""{"idempotencyKey": "k", "event": {"type": "COUNT"}}""", "condition: is required")]
    [InlineData("""{"condition": "dnoe", "idempotencyKey": "k", "event": {"type": "COUNT"}}""", "condition: ")]
    [InlineData("""{"condition": "done", "event": {"type": "COUNT"}}""", "idempotencyKey: is required")]
    [InlineData("""{"condition": "done", "idempotencyKey": "", "event": {"type": "COUNT"}}""", "idempotencyKey: must not be empty")]
    [InlineData("""{"condition": "done", "idempotencyKey": "k", "timeout": "1s", "event": {"type": "COUNT"}}""", "timeout: ")]
    [InlineData("""{"condition": "done", "idempotencyKey": "k", "subscribed": true, "event": {"type": "COUNT"}}""", "subscribed: is not a field of the request")]
    public async Task What_is_wrong_is_named_and_changes_nothing(string request, string message)
    {
        await CallAsync("create");
        Assert.StartsWith(message, (await AssertFailsAsync(400, CallAsync("sendAndWaitFor", request))).Message, StringComparison.Ordinal);
        await AssertHasCountedAsync(0);
        await host.InvocationsAsync(_key, "waitFor", count: 0);
    }

    [Fact]
    public async Task A_wait_that_is_in_place_takes_no_event()
    {
        const string Request = """{"condition": "done", "subscribed": true, "event": {"type": "COUNT"}}""";
        Assert.StartsWith("event: must not be there", (await AssertFailsAsync(400, CallAsync("waitFor", Request))).Message, StringComparison.Ordinal);
        Assert.StartsWith("subscribed: must be true or false", (await AssertFailsAsync(400, CallAsync("waitFor", """{"condition": "done", "subscribed": 1}"""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_must_be_created_first_is_not_created()
    {
        var body = """{"condition": "done", "idempotencyKey": "k", "event": {"type": "COUNT"}}""";
        await AssertFailsAsync(404, host.Host.CallAsync("created-desk", _key, "sendAndWaitFor", body));
        Assert.Empty(await host.StateAsync("created-desk", _key));
    }

    private async Task<string> SendAndWaitForAsync(string type, string condition, string? idempotencyKey = null, int? timeout = null)
    {
        idempotencyKey ??= _key;
        var limit = timeout is null ? "" : $", \"timeout\": {timeout}";
        var body = $$$"""{"condition": "{{{condition}}}", "event": {"type": "{{{type}}}"}, "idempotencyKey": "{{{idempotencyKey}}}"{{{limit}}}}""";
        return await PostAsync("sendAndWaitFor", body, idempotencyKey);
    }

    private Task<string> WaitOnAsync(string condition, int? timeout = null)
    {
        var limit = timeout is null ? "" : $", \"timeout\": {timeout}";
        return PostAsync("waitFor", $$"""{"condition": "{{condition}}", "subscribed": true{{limit}}}""", _key);
    }

    private async Task<string> PostAsync(string handler, string body, string idempotencyKey)
    {
        var target = Target.Object("counter-desk", _key, handler);
        var answer = await host.Host.Ingress.CallAsync(target, Encoding.UTF8.GetBytes(body), new IngressCallOptions { IdempotencyKey = idempotencyKey });
        return Encoding.UTF8.GetString(answer.Body.Span);
    }

    private Task<JsonElement> SendAsync(string type) => CallAsync("send", $$$"""{"event": {"type": "{{{type}}}"}}""");

    private Task<JsonElement> CallAsync(string handler, string json = "") => host.Host.CallAsync("counter-desk", _key, handler, json);

    private static async Task<IngressException> AssertFailsAsync(int status, Task call)
    {
        var failure = await Assert.ThrowsAsync<IngressException>(() => call);
        Assert.Equal(status, failure.StatusCode);
        return failure;
    }

    private async Task AssertIsOneInvocationAsync()
    {
        await host.InvocationsAsync(_key, "sendAndWaitFor");
        foreach (var other in (string[])["waitFor", "subscribe", "unsubscribe"])
            await host.InvocationsAsync(_key, other, count: 0);
    }

    /// <summary>The stored snapshot is the one that callers see, so nothing else is stored.</summary>
    private async Task AssertHasCountedAsync(int count)
    {
        var snapshot = await CallAsync("snapshot");
        Assert.Equal(count, snapshot.GetProperty("context").GetProperty("count").GetInt32());
        Assert.Equal(snapshot.GetRawText(), (await host.StateAsync("counter-desk", _key))["snapshot"]);
    }
}

[Collection(NormalInstances.Name)]
public sealed class Send_and_wait_for_scenarios(NormalInstancesHost host) : SendAndWaitForScenarios(host);

[Collection(ReplayInstances.Name)]
public sealed class Send_and_wait_for_scenarios_under_forced_replay(ReplayInstancesHost host) : SendAndWaitForScenarios(host);
