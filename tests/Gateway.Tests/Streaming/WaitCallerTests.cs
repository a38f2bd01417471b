using System.Text.Json;
using Gateway.Streaming;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Streaming;

/// <summary>Which handlers a WaitFor asks, under which key.</summary>
public class WaitCallerTests
{
    private const string WaitFor = "auth.v1.AuthService/WaitFor";
    private const string SendPath = "/auth/k/sendAndWaitFor";
    private const string WaitPath = "/auth/k/waitFor";

    [Fact]
    public async Task An_event_that_decides_the_condition_is_one_call()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var (key, matched) = await WaitAsync(gateway);

        Assert.Equal("idle", matched.GetProperty("matched").GetProperty("info").GetProperty("value").GetString());
        var call = Assert.Single(restate.Calls);
        Assert.Equal(SendPath, call.Path);
        Assert.Equal(key, call.Headers["idempotency-key"]);
        Assert.Equal($$$"""{"condition":"done","event":{"type":"AUTH"},"idempotencyKey":"{{{key}}}"}""", call.Body);
    }

    [Fact]
    public async Task An_event_that_does_not_is_waited_for_under_the_same_key()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http => http.Request.Path == SendPath ? Task.CompletedTask : http.Response.WriteAsync(FakeRestate.Snapshot);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var (key, matched) = await WaitAsync(gateway, timeout: "5s");

        Assert.True(matched.TryGetProperty("matched", out _));
        Assert.Equal([SendPath, WaitPath], restate.Calls.Select(call => call.Path));
        Assert.All(restate.Calls, call => Assert.Equal(key, call.Headers["idempotency-key"]));
        var wait = JsonElement.Parse(restate.Calls.Last().Body);
        Assert.True(wait.GetProperty("subscribed").GetBoolean());
        Assert.Equal(5000, wait.GetProperty("timeout").GetInt32());
    }

    [Fact]
    public async Task A_machine_without_the_handler_gets_a_wait_with_an_event_also_when_it_has_it_later()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        restate.Handlers = ["create", "send", "snapshot", "waitFor", "dispose"];
        await IsPolledAsync(restate);
        var (key, matched) = await WaitAsync(gateway);
        restate.Handlers = [.. restate.Handlers, "sendAndWaitFor"];
        await IsPolledAsync(restate);
        await WaitAsync(gateway, key);

        Assert.True(matched.TryGetProperty("matched", out _));
        Assert.Equal([WaitPath, WaitPath], restate.Calls.Select(call => call.Path));
        Assert.All(restate.Calls, call => Assert.Equal(key, call.Headers["idempotency-key"]));
        Assert.All(restate.Calls, call => Assert.Equal("""{"condition":"done","event":{"type":"AUTH"}}""", call.Body));
    }

    [Fact]
    public async Task A_wait_is_looked_for_and_its_event_not_sent_again_while_a_deployment_lacks_the_handler()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var (key, _) = await WaitAsync(gateway);
        restate.Handlers = ["create", "send", "snapshot", "waitFor", "dispose"];
        await IsPolledAsync(restate);
        Assert.True((await WaitAsync(gateway, key)).End.TryGetProperty("matched", out _));
        Assert.Equal([SendPath, Attach("sendAndWaitFor", key)], restate.Calls.Select(call => call.Path));
    }

    [Fact]
    public async Task A_wait_is_found_without_its_event_whichever_handler_has_the_answer()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http =>
            http.Request.Path.Value!.Contains("sendAndWaitFor", StringComparison.Ordinal) ? Task.CompletedTask : http.Response.WriteAsync(FakeRestate.Snapshot);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var key = WaitKey.New(DateTimeOffset.UtcNow);
        Assert.True((await WaitAsync(gateway, key, hasEvent: false)).End.TryGetProperty("matched", out _));
        Assert.Equal([Attach("sendAndWaitFor", key), Attach("waitFor", key)], restate.Calls.Select(call => call.Path));
    }

    [Theory]
    [InlineData("mine", true)]
    [InlineData("wait-of-mine", true)]
    [InlineData("wait-00000000-0000-7000-8000-000000000000", true)]
    [InlineData("wait-ffffffffffff7fff8fffffffffffffff", true)]
    [InlineData(null, false)]
    public async Task A_wait_with_the_clients_key_or_without_an_event_is_one_of_waitFor(string? key, bool hasEvent)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        await WaitAsync(gateway, key, hasEvent);
        Assert.Equal(WaitPath, Assert.Single(restate.Calls).Path);
    }

    [Fact]
    public async Task A_wait_is_found_again_by_the_key_it_was_given()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var (key, _) = await WaitAsync(gateway);
        Assert.Equal(key, (await WaitAsync(gateway, key)).Key);
        Assert.Equal([SendPath, SendPath], restate.Calls.Select(call => call.Path));
        Assert.Single(restate.Calls.Select(call => call.Body).Distinct());
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task A_key_that_restate_may_have_forgotten_never_sends_its_event_again(int status)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.Handlers = [];
        restate.OnCall = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(FakeRestate.Snapshot);
        };
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var key = WaitKey.New(DateTimeOffset.UtcNow.AddDays(-1));
        var (_, end) = await WaitAsync(gateway, key);

        IReadOnlyList<string> asked = status == 200 ? [Attach("sendAndWaitFor", key)] : [Attach("sendAndWaitFor", key), Attach("waitFor", key)];
        Assert.Equal(asked, restate.Calls.Select(call => call.Path));
        if (status == 200)
            Assert.True(end.TryGetProperty("matched", out _));
        else
            Assert.Equal("failed_precondition", end.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("0.05s")]
    [InlineData("0s")]
    public async Task A_wait_that_times_out_before_its_events_turn_leaves_the_event_to_restate(string timeout)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http => http.Request.Path == SendPath
            ? Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default)
            : http.Response.WriteAsync("""{"invocationId": "inv_1", "status": "PreviouslyAccepted"}""");
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var (key, end) = await WaitAsync(gateway, timeout: timeout);
        Assert.Equal("deadline_exceeded", end.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(SendPath + "/send", restate.Calls.Last().Path);
        Assert.All(restate.Calls, call => Assert.Equal(key, call.Headers["idempotency-key"]));
        Assert.Single(restate.Calls.Select(call => call.Body).Distinct());
    }

    [Fact]
    public async Task A_wait_that_goes_on_times_out_with_its_call()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        restate.OnCall = http => http.Request.Path == SendPath
            ? Task.CompletedTask
            : Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        var (_, end) = await WaitAsync(gateway, timeout: "2s");
        Assert.Equal("deadline_exceeded", end.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal([SendPath, WaitPath], restate.Calls.Select(call => call.Path));
    }

    [Fact]
    public void Keys_tell_when_they_were_made()
    {
        var now = new DateTimeOffset(2026, 11, 22, 18, 14, 25, 123, TimeSpan.Zero);
        Assert.Equal(now, WaitKey.MadeAt(WaitKey.New(now)));
        Assert.NotEqual(WaitKey.New(now), WaitKey.New(now));
        Assert.Null(WaitKey.MadeAt($"wait-{Guid.NewGuid():N}"));
        Assert.Null(WaitKey.MadeAt($"{Guid.CreateVersion7():N}"));
    }

    private static string Attach(string handler, string key) => $"/restate/invocation/auth/k/{handler}/{key}/attach";

    /// <summary>Waits until the gateway has asked for the machines, and has the answer.</summary>
    private static async Task IsPolledAsync(FakeRestate restate)
    {
        var polls = restate.Polls;
        await Eventually.BecomesTrueAsync(() => restate.Polls > polls + 1, () => "the gateway to ask for the machines twice");
    }

    /// <returns>The key that the wait was said to have, and the message that ended it.</returns>
    private static async Task<(string Key, JsonElement End)> WaitAsync(
        GatewayTestServer gateway, string? key = null, bool hasEvent = true, string? timeout = null)
    {
        var fields = string.Concat(
            hasEvent ? """, "event": {"auth": {}}""" : "",
            key is null ? "" : $", \"idempotencyKey\": \"{key}\"",
            timeout is null ? "" : $", \"timeout\": \"{timeout}\"");
        var messages = new List<JsonElement>();
        await foreach (var message in gateway.StreamAsync(WaitFor, $$$"""{"key": "k", "condition": {"done": true}{{{fields}}}}"""))
            messages.Add(message);
        var end = messages[1].TryGetProperty("matched", out _) ? messages[1] : messages[^1];
        return (messages[0].GetProperty("started").GetProperty("idempotencyKey").GetString()!, end);
    }
}
