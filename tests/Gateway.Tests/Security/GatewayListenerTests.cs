using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
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
}
