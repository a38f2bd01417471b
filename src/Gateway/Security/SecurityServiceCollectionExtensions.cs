using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>What guards the gateway.</summary>
internal static class SecurityServiceCollectionExtensions
{
    public static IServiceCollection AddMachineGatewaySecurity(this IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddSingleton<IValidateOptions<GatewayOptions>, AuthorizationOptionsValidator>();
        services.AddSingleton<IAuthorizationHandler, RuleAuthorizationHandler>();
        services.AddSingleton<ICallAuthorizer, CallAuthorizer>();
        return services;
    }
}
