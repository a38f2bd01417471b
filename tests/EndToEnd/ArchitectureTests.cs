using System.Reflection;
using System.Xml.Linq;

namespace EndToEnd;

/// <summary>Dependencies between the libraries point one way.</summary>
public class ArchitectureTests
{
    internal static readonly string Root = typeof(ArchitectureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    private static readonly string Source = Path.Combine(Root, "src");

    [Theory]
    [InlineData("Statecharts")]
    [InlineData("Restate.Sdk")]
    [InlineData("Rpc")]
    [InlineData("Machines", "Restate.Sdk", "Statecharts")]
    [InlineData("Machines.Testing", "Machines")]
    [InlineData("Gateway", "Restate.Sdk", "Rpc")]
    [InlineData("Cli", "Statecharts")]
    public void A_library_refers_to_these_and_no_others(string project, params string[] references) =>
        Assert.Equal(references, ReferencesOf(project));

    [Fact]
    public void Every_library_is_held_to_it() => Assert.Equal(7, Directory.GetDirectories(Source).Length);

    [Fact]
    public void The_gateway_uses_nothing_of_the_sdk_but_its_clients()
    {
        var foreign = Directory.EnumerateFiles(Path.Combine(Source, "Gateway"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("using Restate.Sdk", StringComparison.Ordinal))
            .Except(["using Restate.Sdk;", "using Restate.Sdk.Client;"]);
        Assert.Empty(foreign);
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(Path.Combine(Source, project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal);
}
