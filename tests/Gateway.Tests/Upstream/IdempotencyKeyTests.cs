using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Upstream;

/// <summary>What makes a call that is repeated the same call.</summary>
public class IdempotencyKeyTests
{
    private const string Send = "auth.v1.AuthService/Send";
    private const string GetSnapshot = "auth.v1.AuthService/GetSnapshot";
    private const string Event = """{"key":"k","event":{"auth":{}}}""";

    [Fact]
    public async Task The_metadata_does_as_well_as_the_field_which_goes_first()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        Assert.Null(await gateway.CodeOfAsync(Send, Event, ("idempotency-key", "from-the-metadata")));
        Assert.Null(await gateway.CodeOfAsync(Send, """{"key":"k","idempotencyKey":"from-the-field","event":{"auth":{}}}""", ("idempotency-key", "from-the-metadata")));
        Assert.Equal(["from-the-metadata", "from-the-field"], restate.Calls.Select(call => call.Headers["idempotency-key"]));
    }

    [Theory]
    [InlineData("clé", "printable ASCII")]
    [InlineData("a b", "printable ASCII")]
    [InlineData("123456789", "longer than 8 characters")]
    public async Task Metadata_that_is_no_key_is_refused_like_the_field(string key, string problem)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Limits.MaxIdempotencyKeyLength = 8);
        AssertRefused(await gateway.CallAsync(Send, Event, ("idempotency-key", key)), problem);
        Assert.Empty(restate.Calls);
    }

    [Fact]
    public async Task Two_keys_are_none()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        AssertRefused(await gateway.CallAsync(Send, Event, ("idempotency-key", "one"), ("idempotency-key", "two")), "only once");
        Assert.Empty(restate.Calls);
    }

    [Fact]
    public async Task A_read_is_asked_anew_each_time_whatever_the_metadata_says()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        for (var i = 0; i < 2; i++)
            Assert.Null(await gateway.CodeOfAsync(GetSnapshot, """{"key":"k"}""", ("idempotency-key", "on-all-calls")));
        Assert.Equal(2, restate.Calls.Count);
        Assert.All(restate.Calls, call => Assert.DoesNotContain("idempotency-key", call.Headers.Keys));
    }

    [Fact]
    public async Task A_read_is_repeated_while_restate_is_away()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        restate.AnswerOnlyCall(3);
        Assert.Null(await gateway.CodeOfAsync(GetSnapshot, """{"key":"k"}"""));
        Assert.Equal(3, restate.Calls.Count);
    }

    private static void AssertRefused(JsonElement answer, string problem)
    {
        Assert.Equal("invalid_argument", answer.GetProperty("code").GetString());
        Assert.StartsWith("idempotency-key: ", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(problem, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
