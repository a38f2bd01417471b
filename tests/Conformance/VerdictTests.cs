using Conformance.Client;
using Conformance.Protos;
using Conformance.Service;
using Conformance.Suites;

namespace Conformance;

/// <summary>A run that cannot fail proves nothing: each thing that a case can expect is missed here once.</summary>
public sealed class VerdictTests(ConformanceServer server) : IClassFixture<ConformanceServer>
{
    [Theory]
    [InlineData("Basic", "unary/success", "response_headers")]
    [InlineData("Basic", "unary/success", "response_trailers")]
    [InlineData("Basic", "server-stream/success", "payloads")]
    [InlineData("Errors", "unary/not-found", "error")]
    [InlineData("Errors", "server-stream/error-with-responses", "error")]
    [InlineData("Connect to HTTP Code Mapping", "unary/not-found", "http_status_code")]
    [InlineData("Deadline Propagation", "unary/success", "payloads")]
    public async Task A_case_fails_when_something_else_comes_back(string suite, string name, string field)
    {
        var definition = AllSuites.Suites.Single(candidate => candidate.Name == suite);
        var wire = Permutation.Of(definition).First();
        var test = wire.Cases(definition).Single(candidate => candidate.Request.TestName == name);
        using var client = new ConformanceClient(server);
        var actual = await client.RunAsync(test.Request, wire.Tls);
        Assert.Empty(Verdict.Of(test, actual));

        ClientResponseResult.Descriptor.FindFieldByName(field).Accessor.Clear(actual);

        Assert.NotEmpty(Verdict.Of(test, actual));
    }
}
