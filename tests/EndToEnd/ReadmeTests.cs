namespace EndToEnd;

/// <summary>The pages show the files that they name, as they are.</summary>
public class ReadmeTests
{
    [Theory]
    [InlineData("README.md", "examples/Quickstart/Program.cs")]
    [InlineData("README.md", "examples/ExampleMachines/AuthMachine.cs")]
    [InlineData("README.md", "tests/Machines.Testing.Tests/AuthMachineTests.cs")]
    [InlineData("docs/first-machine.md", "examples/Shop/protos/shop/v1/order.proto")]
    [InlineData("docs/first-machine.md", "examples/Shop/OrderMachine.cs")]
    [InlineData("docs/first-machine.md", "examples/Shop/Program.cs")]
    [InlineData("docs/first-machine.md", "tests/Machines.Testing.Tests/OrderMachineTests.cs")]
    public void A_listing_is_its_file(string page, string path)
    {
        var text = File.ReadAllText(Path.Combine(ArchitectureTests.Root, page));
        var listing = File.ReadAllText(Path.Combine(ArchitectureTests.Root, path)).Trim();
        var language = Path.GetExtension(path) == ".proto" ? "proto" : "csharp";
        Assert.Contains($"[{path}](", text, StringComparison.Ordinal);
        Assert.Contains($"```{language}\n{listing}\n```", text, StringComparison.Ordinal);
    }
}
