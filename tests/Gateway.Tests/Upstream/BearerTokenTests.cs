using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Upstream;

public class BearerTokenTests
{
    private const string Event = """{"key":"k","event":{"auth":{}}}""";

    private static readonly string[] Paths = ["/services", "/restate/health", "/auth/k/send"];

    [Fact]
    public async Task A_token_that_is_replaced_in_its_file_is_sent_from_then_on()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        using var file = new TemporaryFile("one\n");
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Upstream.BearerTokenFile = file.Path);
        await SentBecomesAsync("Bearer one");

        await File.WriteAllTextAsync(file.Path, "two");
        await SentBecomesAsync("Bearer two");

        async Task SentBecomesAsync(string credentials)
        {
            restate.Credentials.Clear();
            await Eventually.BecomesTrueAsync(
                async () => await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event) is null && Paths.All(path => restate.Credentials.GetValueOrDefault(path) == credentials),
                () => credentials);
        }
    }
}
