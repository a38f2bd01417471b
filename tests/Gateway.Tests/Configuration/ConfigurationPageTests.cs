using System.Reflection;
using Gateway.Configuration;
using Rpc;

namespace Gateway.Tests.Configuration;

/// <summary>docs/configuration.md says of every option what its own documentation says.</summary>
public class ConfigurationPageTests
{
    private static readonly string Page = Path.Combine(
        typeof(ConfigurationPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!,
        "docs",
        "configuration.md");

    [Fact]
    public async Task The_page_is_what_the_options_say()
    {
        var text = new ConfigurationPage(GatewayCommandLine.Switches)
            .AddSection(GatewayOptions.Section, typeof(GatewayOptions))
            .AddSection(RpcOptions.Section, typeof(RpcOptions))
            .ToString();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(Page, text);

        Assert.Equal(text, await File.ReadAllTextAsync(Page));
    }
}
