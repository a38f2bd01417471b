using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Upstream;

/// <summary>What clients see of an ingress that goes down and comes back.</summary>
public class OutageTests
{
    private const string Send = "auth.v1.AuthService/Send";
    private const string Event = """{"key":"k","idempotencyKey":"once","event":{"auth":{}}}""";

    [Fact]
    public async Task A_call_waits_for_restate_within_the_budget_and_repeats_itself_under_its_key()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        restate.AnswerOnlyCall(3);
        Assert.Null(await gateway.CodeOfAsync(Send, Event));
        Assert.Equal(3, restate.Calls.Count);
        Assert.All(restate.Calls, attempt => Assert.Equal("once", attempt.Headers["idempotency-key"]));
        Assert.Single(restate.Calls.Select(attempt => attempt.Body).Distinct());
    }

    [Fact]
    public async Task A_server_that_does_not_know_what_is_registered_is_asked_again()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        restate.OnCall = http =>
        {
            http.Response.StatusCode = restate.Calls.Count < 3 ? 404 : 200;
            return http.Response.WriteAsync(restate.Calls.Count < 3 ? """{"code": 404, "message": "service 'auth' not found", "source": "ingress"}""" : FakeRestate.Snapshot);
        };
        Assert.Null(await gateway.CodeOfAsync(Send, Event));
        Assert.Equal(3, restate.Calls.Count);
    }

    [Fact]
    public async Task A_server_that_goes_down_again_before_it_knows_what_is_registered_has_as_long_to_learn_it_afterwards()
    {
        var clock = new Clock();
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, services: services => services.AddSingleton<TimeProvider>(clock));
        restate.OnCall = http =>
        {
            // The outage lasts longer than one that is back may take to know its services.
            var attempt = restate.Calls.Count;
            clock.Passed += TimeSpan.FromSeconds(attempt == 2 ? 10 : 0);
            http.Response.StatusCode = attempt switch { 2 => 503, 4 => 200, _ => 404 };
            return http.Response.WriteAsync(attempt == 4 ? FakeRestate.Snapshot : """{"code": 404, "message": "service 'auth' not found", "source": "ingress"}""");
        };
        Assert.Null(await gateway.CodeOfAsync(Send, Event));
        Assert.Equal(4, restate.Calls.Count);
    }

    [Fact]
    public async Task Without_a_budget_a_call_says_at_once_that_restate_is_down_and_reaches_it_again_when_it_is_back()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.RetryBudget = 0);
        restate.IsDown = true;
        Assert.Equal("unavailable", await gateway.CodeOfAsync(Send, Event));
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                var calls = restate.Calls.Count;
                return await gateway.CodeOfAsync(Send, Event) == "unavailable" && restate.Calls.Count == calls;
            },
            () => "a call to be refused without reaching Restate");

        restate.IsDown = false;
        await Eventually.BecomesTrueAsync(async () => await gateway.CodeOfAsync(Send, Event) is null, () => "a call to succeed again");
    }

    [Fact]
    public async Task A_call_gives_up_when_its_time_is_over_and_names_no_address()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.RetryTimeout = TimeSpan.FromMilliseconds(300));
        restate.IsDown = true;
        var answer = await gateway.CallAsync(Send, Event);
        Assert.Equal("unavailable", answer.GetProperty("code").GetString());
        Assert.DoesNotContain("127.0.0.1", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_a_key_is_told_the_one_it_was_tried_with()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.RetryBudget = 0);
        restate.IsDown = true;
        var answer = await gateway.CallAsync(Send, """{"key":"k","event":{"auth":{}}}""");
        var metadata = answer.GetProperty("details")[0].GetProperty("debug").GetProperty("metadata");
        Assert.Equal(restate.Calls.Single().Headers["idempotency-key"], metadata.GetProperty("idempotency_key").GetString());
    }

    [Fact]
    public async Task A_deadline_that_no_timer_can_hold_is_as_good_as_another()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.FailureThreshold = 1);
        restate.IsDown = true;
        var call = gateway.CodeOfAsync(Send, Event, ("connect-timeout-ms", "9999999999"));
        var probes = restate.Probes;
        await Eventually.BecomesTrueAsync(() => restate.Probes > probes + 1, () => "the outage to be noticed");
        restate.IsDown = false;
        Assert.Null(await call);
    }

    [Fact]
    public async Task A_wait_outlasts_an_outage_that_has_spent_the_budget()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.RetryBudget = 0);
        restate.IsDown = true;
        await using var wait = gateway.StreamAsync("auth.v1.AuthService/WaitFor", """{"key":"k","condition":{"done":true}}""").GetAsyncEnumerator();
        Assert.True(await wait.MoveNextAsync());
        await Eventually.BecomesTrueAsync(async () => await gateway.CodeOfAsync(Send, Event) == "unavailable", () => "the outage to be noticed");
        restate.IsDown = false;

        JsonElement last = default;
        while (await wait.MoveNextAsync())
            last = wait.Current.TryGetProperty("matched", out var matched) ? matched : last;
        Assert.Equal("STATUS_ACTIVE", last.GetProperty("info").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Calls_move_to_the_other_address_and_come_back()
    {
        await using var first = await FakeRestate.StartWithAuthAsync();
        await using var second = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(first, options => options.Upstream.FurtherIngresses.Add(second.Ingress));
        first.IsDown = true;
        for (var i = 0; i < 10; i++)
            Assert.Null(await gateway.CodeOfAsync(Send, Event));
        Assert.True(second.Calls.Count >= 10);

        first.IsDown = false;
        var calls = first.Calls.Count;
        await Eventually.BecomesTrueAsync(
            async () => await gateway.CodeOfAsync(Send, Event) is null && first.Calls.Count > calls, () => "calls on the first address");
    }

    [Fact]
    public async Task The_ingress_may_listen_on_a_unix_socket_and_want_a_token()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-");
        try
        {
            var token = Path.Combine(folder.FullName, "token");
            await File.WriteAllTextAsync(token, "from-a-file\n");
            await using var restate = await FakeRestate.StartWithAuthAsync(Path.Combine(folder.FullName, "ingress.sock"));
            await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.BearerTokenFile = token);
            Assert.Equal("unix", restate.Ingress.Scheme);
            Assert.Null(await gateway.CodeOfAsync(Send, Event));
            Assert.Equal("Bearer from-a-file", Assert.Single(restate.Calls).Headers["authorization"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Passed;
    }
}
