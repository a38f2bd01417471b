using Microsoft.Extensions.Options;
using Restate.Sdk.Client;

namespace Gateway.Upstream;

/// <summary>What reaches Restate.</summary>
internal static class UpstreamServiceCollectionExtensions
{
    public static IServiceCollection AddMachineGatewayUpstream(this IServiceCollection services)
    {
        services.AddSingleton<BearerToken>();
        services.AddSingleton(CreatePool);
        services.AddSingleton(CreateAdmin);
        services.AddHostedService<IngressProber>();
        return services;
    }

    private static IngressPool CreatePool(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var token = provider.GetRequiredService<BearerToken>();
        return new IngressPool(
            [.. options.Upstream.FurtherIngresses.Prepend(options.Ingress).Select(address => IngressNode.Connect(address, token, options.Upstream))],
            options.Upstream,
            provider.GetRequiredService<ILogger<IngressPool>>());
    }

    private static AdminClient CreateAdmin(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var token = provider.GetRequiredService<BearerToken>();
        return new AdminClient(new AdminOptions { Address = options.Admin, BearerTokenSource = () => token.Value });
    }
}
