using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Rpc.Tests;

public sealed class RpcOptionsTests
{
    [Fact]
    public void Options_come_from_the_configuration_and_code_has_the_last_word()
    {
        var options = Options(rpc => rpc.MaxSendMessageSize = 7, ("Rpc:MaxReceiveMessageSize", "10"), ("Rpc:MaxSendMessageSize", "9"), ("Rpc:ShutdownGracePeriod", "00:00:03"));

        Assert.Equal(10, options.MaxReceiveMessageSize);
        Assert.Equal(7, options.MaxSendMessageSize);
        Assert.Equal(TimeSpan.FromSeconds(3), options.ShutdownGracePeriod);
    }

    [Fact]
    public void A_request_may_have_4_MiB_unless_set()
    {
        Assert.Equal(4 * 1024 * 1024, Options(null).MaxReceiveMessageSize);
    }

    [Theory]
    [InlineData("Rpc:MaxReceiveMessageSize", "0")]
    [InlineData("Rpc:MaxSendMessageSize", "-1")]
    [InlineData("Rpc:ShutdownGracePeriod", "-00:00:01")]
    [InlineData("Rpc:ShutdownGracePeriod", "25.00:00:00")]
    [InlineData("Rpc:KeepAlivePingDelay", "00:00:00.5")]
    [InlineData("Rpc:KeepAlivePingTimeout", "00:00:00")]
    public void Values_that_make_no_sense_are_refused_by_name(string name, string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Options(null, (name, value)));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    private static RpcOptions Options(Action<RpcOptions>? configure, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value))
            .Build();
        using var provider = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddRpc(configure).BuildServiceProvider();
        return provider.GetRequiredService<IOptions<RpcOptions>>().Value;
    }
}
