using System.Text.Json;
using Auth.V1;
using Gateway.Tests.Support;

namespace Gateway.Tests.Upstream;

/// <summary>What makes a call that is repeated the same call.</summary>
public class IdempotencyKeyTests
{
    private const string Send = "auth.v1.AuthService/Send";
    private const string Event = """{"key":"k","event":{"auth":{}}}""";

    [Fact]
    public async Task The_metadata_does_as_well_as_the_field_which_goes_first()
    {
        await using var restate = await StartRestateAsync();
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
        await using var restate = await StartRestateAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Limits.MaxIdempotencyKeyLength = 8);
        AssertRefused(await gateway.CallAsync(Send, Event, ("idempotency-key", key)), problem);
        Assert.Empty(restate.Calls);
    }

    [Fact]
    public async Task Two_keys_are_none()
    {
        await using var restate = await StartRestateAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        AssertRefused(await gateway.CallAsync(Send, Event, ("idempotency-key", "one"), ("idempotency-key", "two")), "only once");
        Assert.Empty(restate.Calls);
    }

    private static void AssertRefused(JsonElement answer, string problem)
    {
        Assert.Equal("invalid_argument", answer.GetProperty("code").GetString());
        Assert.StartsWith("idempotency-key: ", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(problem, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<FakeRestate> StartRestateAsync()
    {
        var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        return restate;
    }
}
