using System.Reflection;
using Shared;

namespace Statecharts.Tests.Differential;

/// <summary>SCION's SCXML tests (npm: @scion-scxml/test-framework), which XState runs too; scion.mjs reads and judges them.</summary>
public class ScionTests
{
    private static readonly string s_folder = Path.Combine(
        typeof(ScionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!,
        "tests/Statecharts.Tests/Differential");

    [Fact]
    public async Task Every_SCXML_test_that_needs_no_data_model_passes()
    {
        var output = await ChildProcess.RunAsync("node", ["scion.mjs", Path.Combine(AppContext.BaseDirectory, "machines.dll")], s_folder);

        Assert.StartsWith("83 of 83 pass;", output, StringComparison.Ordinal);
    }
}
