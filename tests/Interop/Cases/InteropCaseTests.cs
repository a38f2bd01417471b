using System.Text;
using Xunit.Abstractions;

namespace Interop.Cases;

/// <summary>gRPC's interop cases, run by other people's clients.</summary>
public sealed class InteropCaseTests(InteropRuns runs, ITestOutputHelper output) : IClassFixture<InteropRuns>
{
    [Theory]
    [CasesOf("grpc-js")]
    [CasesOf("connect-node grpc proto HTTP/2")]
    [CasesOf("connect-node grpc-web proto HTTP/2")]
    [CasesOf("connect-node grpc-web proto HTTP/1.1")]
    [CasesOf("connect-node connect proto HTTP/2")]
    [CasesOf("connect-node connect json HTTP/1.1")]
    [CasesOf("grpcio")]
    [CasesOf("grpc-go")]
    [CasesOf("Chromium grpc-web proto")]
    [CasesOf("Chromium connect proto")]
    [CasesOf("Chromium connect json")]
    public async Task Passes(string client, string name)
    {
        var outcomes = await runs.OutcomesAsync(InteropClients.Get(client));

        var outcome = Assert.Single(outcomes, outcome => outcome.Case == name);
        Assert.True(outcome.Error is null, outcome.Error);
    }

    [Fact]
    public async Task No_client_reports_other_cases_than_it_was_given()
    {
        var table = new StringBuilder();
        var columns = new List<IReadOnlyList<InteropOutcome>>();
        foreach (var (client, index) in InteropClients.All.Select((client, index) => (client, index)))
        {
            columns.Add(client.Absence is null ? await runs.OutcomesAsync(client) : []);
            table.Append(null, $"{(char)('A' + index)} = {client.Name}{(client.Absence is null ? "" : $" (skipped: {client.Absence})")}\n");
            if (client.Absence is null)
                Assert.Equal(client.Cases, columns[index].Select(outcome => outcome.Case));
        }

        table.Append(null, $"{"case",-30}{string.Concat(columns.Select((_, index) => $"{(char)('A' + index)}   "))}\n");
        foreach (var name in InteropCase.All)
        {
            var cells = columns.Select(outcomes => outcomes.FirstOrDefault(outcome => outcome.Case == name) switch
            {
                null => "-   ",
                { Error: null } => "ok  ",
                _ => "FAIL",
            });
            table.Append(null, $"{name,-30}{string.Concat(cells)}\n");
        }

        output.WriteLine(table.ToString());
    }
}
