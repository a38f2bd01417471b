using Gateway.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>The gateway as an application of its own.</summary>
public static class MachineGatewayApplication
{
    private static readonly Dictionary<string, string> Switches = new()
    {
        ["--ingress"] = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Ingress)}",
        ["--admin"] = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Admin)}",
        ["--descriptors"] = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Descriptors)}:0",
        ["--grpc-port"] = $"{GatewayOptions.Section}:{nameof(GatewayOptions.GrpcPort)}",
        ["--listen"] = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Listen)}:0",
        ["--http-port"] = $"{GatewayOptions.Section}:{nameof(GatewayOptions.HttpPort)}",
    };

    /// <summary>
    /// Builds the gateway, listening on loopback unless told otherwise: gRPC on one port and HTTP/1.1 on another, or with TLS both on one,
    /// since without it a port speaks either HTTP/2 or HTTP/1.1.
    /// </summary>
    /// <param name="args">The command line: <c>--ingress</c>, <c>--admin</c>, <c>--descriptors</c>, <c>--listen</c>, <c>--grpc-port</c>, <c>--http-port</c>.</param>
    /// <param name="configure">Set after what the configuration and the command line say.</param>
    public static WebApplication Create(string[] args, Action<GatewayOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, Switches);
        builder.Services.AddMachineGateway(configure);

        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, GatewayListener>();
        builder.WebHost.UseKestrelHttpsConfiguration();

        var app = builder.Build();
        app.MapMachineGateway();
        return app;
    }
}
