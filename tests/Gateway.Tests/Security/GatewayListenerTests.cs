using System.Text.RegularExpressions;
using Gateway.Security;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Security;

public class GatewayListenerTests
{
    [Fact]
    public async Task Kestrels_own_configuration_opens_nothing_while_the_gateway_runs()
    {
        await using var app = MachineGatewayApplication.Create(["--Logging:LogLevel:Default=None"]);
        Assert.Null(app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.ConfigurationLoader);
    }

    [Fact]
    public async Task A_connection_has_as_many_streams_as_the_limit_says()
    {
        await using var app = MachineGatewayApplication.Create(["--Gateway:Limits:MaxStreamsPerConnection=7", "--Logging:LogLevel:Default=None"]);
        Assert.Equal(7, app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2.MaxStreamsPerConnection);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Nothing_looks_for_credentials_that_nobody_asks_for(int keys)
    {
        await using var app = MachineGatewayApplication.Create(["--Logging:LogLevel:Default=None"], options =>
        {
            foreach (var key in Enumerable.Range(0, keys))
                options.Authentication.ApiKeys.Add(new ApiKeyOptions { Name = "shop", Sha256 = new string('0', 64) });
        });
        Assert.Equal(keys > 0, app.Services.GetService<IAuthenticationSchemeProvider>() is not null);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false, "without authentication", "without TLS")]
    [InlineData("0.0.0.0", true, "without TLS")]
    public void Doors_that_stand_open_are_warned_of(string? address, bool authenticated, params string[] expected)
    {
        var options = new GatewayOptions { AllowAnonymous = !authenticated };
        if (address is not null)
            options.Listen.Add(address);
        if (authenticated)
            options.Authentication.ApiKeys.Add(new ApiKeyOptions { Name = "a" });

        using var log = new LogSink();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        new GatewayListener(Options.Create(options), TimeProvider.System, loggers.CreateLogger<GatewayListener>()).Configure(new KestrelServerOptions());
        Assert.Equal(
            expected.Select(door => $"Warning Gateway.Security.GatewayListener Listening on {address} {door}"),
            log.Entries.Select(entry => Regex.Replace(entry, "(without (authentication|TLS)).*", "$1")));
    }
}
