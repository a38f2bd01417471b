using System.Globalization;
using System.Text;
using Conformance.Service;
using Conformance.Suites;
using Xunit.Abstractions;

namespace Conformance;

/// <summary>The suites as ConnectRPC publishes them, where a checkout of them is at hand.</summary>
public sealed class CheckoutTests(ConformanceServer server, ITestOutputHelper output) : IClassFixture<ConformanceServer>
{
    [SuitesFact]
    public void Our_cases_say_what_the_checkout_says()
    {
        var published = SuitesFolder.Read(Environment.GetEnvironmentVariable(SuitesFolder.Variable)!);

        Assert.Equal("TLS Client Certs", Assert.Single(published.Select(suite => suite.Name), name => AllSuites.Suites.All(ours => ours.Name != name)));
        foreach (var ours in AllSuites.Suites)
        {
            var theirs = Assert.Single(published, suite => suite.Name == ours.Name);
            Assert.All(theirs.TestCases, test => Assert.Equal(test, ours.TestCases.SingleOrDefault(candidate => candidate.Request.TestName == test.Request.TestName)));
            Assert.Equal(theirs.TestCases.Count, ours.TestCases.Count);
            theirs.TestCases.Clear();
            theirs.TestCases.Add(ours.TestCases);
            Assert.Equal(theirs, ours);
        }
    }

    [SuitesFact]
    public async Task Every_suite_of_the_checkout_passes()
    {
        var table = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{"suite",-34}{"cases",7}{"run",7}{"passed",8}");
        var failures = new List<ConformanceOutcome>();
        foreach (var suite in SuitesFolder.Read(Environment.GetEnvironmentVariable(SuitesFolder.Variable)!).Where(suite => !suite.ReliesOnTlsClientCerts))
        {
            var outcomes = await ConformanceRun.RunAsync(server, suite, Permutation.Of(suite));
            table.AppendLine(CultureInfo.InvariantCulture, $"{suite.Name,-34}{suite.TestCases.Count,7}{outcomes.Count,7}{outcomes.Count(outcome => outcome.Passed),8}");
            failures.AddRange(outcomes.Where(outcome => !outcome.Passed));
        }

        output.WriteLine(table.ToString());
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
