using Counter.V1;
using Gateway.Tests.Security;
using Google.Rpc;
using Rpc;

namespace EndToEnd;

/// <summary>What a key may look like: anything but control characters, and it comes out as it went in.</summary>
public abstract partial class ExampleScenarios
{
    private static readonly string[] UnusualKeys =
    [
        "/", "a/b", "a//b/", ".", "..", "../..", "a/../b", "%", "50%", "%2F", "%2e", "with space", " ", "a+b&c=d?e#f", "a\\b", "x:y@z;~",
        "\"quoted\" 'too'", "<b>", "ключ", "鍵", "é", "e\u0301", "😀", "👩‍👩‍👧", "\u200Fright", new string('k', 512),
    ];

    [Fact]
    public async Task An_unusual_key_is_the_same_instance_through_every_protocol_and_no_other()
    {
        using var client = new ProtocolClient(cluster.GrpcAddress, cluster.HttpAddress);
        foreach (var key in UnusualKeys)
        {
            var total = 0;
            foreach (var protocol in Enum.GetValues<Protocol>())
            {
                var request = new SendRequest { Key = key, Event = new CounterEvent { Increment = new Increment() } };
                var answer = await client.CallAsync(protocol, "counter.v1.CounterService/Send", request);
                Assert.Equal((StatusCode.OK, ""), (answer.Code, answer.Message));
                var snapshot = CounterSnapshot.Parser.ParseFrom(answer.Body);
                Assert.Equal((key, ++total), (snapshot.Info.Key, snapshot.Context.Total));
            }
        }

        var stored = await cluster.QueryAsync("select service_key from state where service_name = 'counter' and key = 'version'");
        Assert.Superset(UnusualKeys.ToHashSet(), stored.ToHashSet());
    }

    [Theory]
    [InlineData("", "must not be empty; it names the instance")]
    [InlineData("a\0b", "must not contain control characters")]
    [InlineData("a\r\nb", "must not contain control characters")]
    [InlineData("a\u009fb", "must not contain control characters")]
    public async Task A_key_that_names_no_instance_is_refused_by_name(string key, string problem)
    {
        using var client = new ProtocolClient(cluster.GrpcAddress, cluster.HttpAddress);
        foreach (var protocol in Enum.GetValues<Protocol>())
        {
            var answer = await client.CallAsync(protocol, "counter.v1.CounterService/GetSnapshot", new GetSnapshotRequest { Key = key });
            Assert.Equal((StatusCode.InvalidArgument, "INVALID_KEY"), (answer.Code, answer.Detail<ErrorInfo>()!.Type));
            var violation = Assert.Single(answer.Detail<BadRequest>()!.FieldViolations);
            Assert.Equal(("key", problem), (violation.Field, violation.Description));
        }
    }
}
