namespace EndToEnd;

/// <summary>The README shows the files that it names, as they are.</summary>
public class ReadmeTests
{
    [Theory]
    [InlineData("examples/Quickstart/Program.cs")]
    [InlineData("examples/ExampleMachines/AuthMachine.cs")]
    [InlineData("tests/Machines.Testing.Tests/AuthMachineTests.cs")]
    public void A_listing_is_its_file(string path)
    {
        var readme = File.ReadAllText(Path.Combine(ArchitectureTests.Root, "README.md"));
        var listing = File.ReadAllText(Path.Combine(ArchitectureTests.Root, path)).Trim();
        Assert.Contains($"({path})", readme, StringComparison.Ordinal);
        Assert.Contains($"```csharp\n{listing}\n```", readme, StringComparison.Ordinal);
    }
}
