using Conformance.Service;
using Conformance.Suites;

namespace Conformance;

/// <summary>Every case of every suite, over every wire that is relevant to it, against the server.</summary>
public sealed class ConformanceTests(ConformanceServer server) : IClassFixture<ConformanceServer>
{
    public static TheoryData<string, string, int, bool> Runs
    {
        get
        {
            var runs = new TheoryData<string, string, int, bool>();
            foreach (var suite in AllSuites.Suites)
            {
                foreach (var (protocol, version, tls) in Permutation.Of(suite).Select(wire => (wire.Protocol, wire.Version, wire.Tls)).Distinct())
                    runs.Add(suite.Name, protocol.ToString(), (int)version, tls);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Passes(string suite, string protocol, int httpVersion, bool tls)
    {
        var definition = AllSuites.Suites.Single(candidate => candidate.Name == suite);
        var wires = Permutation.Of(definition)
            .Where(wire => wire.Protocol.ToString() == protocol && (int)wire.Version == httpVersion && wire.Tls == tls);

        var outcomes = await ConformanceRun.RunAsync(server, definition, wires);

        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }
}
