using Gateway.Configuration;
using Gateway.Descriptors;
using Gateway.Generic;
using Gateway.Security;
using Gateway.Streaming;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.Extensions.Options;
using Rpc;
using Rpc.Json;

namespace Gateway;

/// <summary>Puts the gateway into an ASP.NET Core application.</summary>
public static class MachineGatewayServiceCollectionExtensions
{
    /// <summary>
    /// Adds the gateway: its services are learnt from Restate and from descriptor files, and served by
    /// <see cref="MachineGatewayEndpointRouteBuilderExtensions.MapMachineGateway"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Set after what the configuration section <c>Gateway</c> says.</param>
    public static IServiceCollection AddMachineGateway(this IServiceCollection services, Action<GatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddMachineGatewayCore(configure).AddMachineGatewayAccessControl();
    }

    /// <summary>Adds all but authentication and authorization.</summary>
    internal static IServiceCollection AddMachineGatewayCore(this IServiceCollection services, Action<GatewayOptions>? configure)
    {
        services.AddRpc().AddRpcJson().AddRpcReflection().AddRpcHealth();
        services.AddOptions<GatewayOptions>()
            .Configure<IConfiguration>((options, configuration) => ConfigurationSectionCheck.Bind(configuration.GetSection(GatewayOptions.Section), options))
            .Configure(options => configure?.Invoke(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayConfigurationValidator>();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddSingleton(TimeProvider.System);

        // A machine may know more fields than the gateway's descriptors do: answers ignore them.
        services.AddSingleton(new JsonTranscoder(new JsonTranscoderOptions { IgnoreUnknownFields = true }));
        services.AddMachineGatewaySecurity();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<SnapshotWriter>();
        services.AddSingleton<MachineCaller>();
        services.AddMachineGatewayStreaming();
        services.AddSingleton<MachineDirectory>();
        services.AddSingleton<MachineCallHandler>();
        services.AddSingleton<InstanceList>();
        services.AddSingleton<MachineServiceHandler>();
        services.AddSingleton<MachineCatalog>();
        services.AddHostedService(provider => provider.GetRequiredService<MachineCatalog>());
        services.AddMachineGatewayUpstream();
        services.AddMachineGatewayTelemetry();
        return services;
    }
}
