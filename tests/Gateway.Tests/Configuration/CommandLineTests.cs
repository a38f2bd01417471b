using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public class CommandLineTests
{
    [Fact]
    public void Switches_set_their_keys_and_settings_their_own()
    {
        var settings = GatewayCommandLine.Parse(
            [
                "--ingress", "http://a:1", "--ingress", "unix:///b", "--descriptors", "c", "--descriptors=d", "--poll-interval", "00:00:05",
                "--Logging:LogLevel:Default=Debug", "--Logging:LogLevel:default=Warning", "--Gateway:Upstream:RetryBudget=7",
            ],
            out _);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["Gateway:Ingress"] = "http://a:1",
                ["Gateway:Upstream:FurtherIngresses:0"] = "unix:///b",
                ["Gateway:Descriptors:0"] = "c",
                ["Gateway:Descriptors:1"] = "d",
                ["Gateway:PollInterval"] = "00:00:05",
                ["Logging:LogLevel:Default"] = "Warning",
                ["Gateway:Upstream:RetryBudget"] = "7",
            },
            settings);
    }

    [Fact]
    public void Each_switch_sets_an_option_that_there_is()
    {
        foreach (var known in GatewayCommandLine.Switches)
        {
            var type = typeof(GatewayOptions);
            foreach (var part in known.Keys(1).Split(':').Where(part => !int.TryParse(part, out _)))
            {
                Assert.True(OptionType.OptionsOf(type).TryGetValue(part, out var option), $"{known.Name}: there is no {known.Keys(1)}");
                type = option.PropertyType;
            }
        }
    }
}
