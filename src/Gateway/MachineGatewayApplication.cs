using Microsoft.AspNetCore.Server.Kestrel.Core;

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
        ["--http-port"] = $"{GatewayOptions.Section}:{nameof(GatewayOptions.HttpPort)}",
    };

    /// <summary>
    /// Builds the gateway, listening on loopback: gRPC on one port and HTTP/1.1 on another, since without TLS a port speaks
    /// either HTTP/2 or HTTP/1.1.
    /// </summary>
    /// <param name="args">The command line: <c>--ingress</c>, <c>--admin</c>, <c>--descriptors</c>, <c>--grpc-port</c>, <c>--http-port</c>.</param>
    /// <param name="configure">Set after what the configuration and the command line say.</param>
    public static WebApplication Create(string[] args, Action<GatewayOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, Switches);
        builder.Services.AddMachineGateway(configure);

        var options = new GatewayOptions();
        builder.Configuration.Bind(GatewayOptions.Section, options);
        configure?.Invoke(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.ListenLocalhost(options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });

        var app = builder.Build();
        app.MapMachineGateway();
        return app;
    }
}
