using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Security;

/// <summary>What guards the gateway.</summary>
internal static class SecurityServiceCollectionExtensions
{
    public static IServiceCollection AddMachineGatewaySecurity(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<GatewayOptions>, ListenOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayOptions>, CorsOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayOptions>, TlsOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayOptions>, AuthenticationOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayOptions>, AuthorizationOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayOptions>, LimitOptionsValidator>();

        services.AddSingleton<ICallAuthorizer, CallAuthorizer>();
        services.AddSingleton<IConfigureOptions<RpcOptions>, MessageSizeLimit>();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<CallLimiter>();
        services.AddSingleton<CallGuard>();
        return services;
    }

    /// <summary>Adds what finds out who calls, and what each may do.</summary>
    public static IServiceCollection AddMachineGatewayAccessControl(this IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RpcAuthorizationResultHandler>();
        services.AddSingleton<IAuthorizationHandler, RuleAuthorizationHandler>();

        // Schemes of names of their own, and none of them the default: an application keeps its own authentication.
        services.AddAuthenticationCore();
        services.AddWebEncoders();
        services.TryAddSingleton<IAuthenticationConfigurationProvider, AuthenticationConfigurationProvider>();
        new AuthenticationBuilder(services)
            .AddPolicyScheme(GatewayAuthentication.Scheme, null, policy => policy.ForwardDefaultSelector = GatewayAuthentication.SchemeOf)
            .AddJwtBearer(GatewayAuthentication.JwtScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(GatewayAuthentication.ApiKeyScheme, null)
            .AddScheme<AuthenticationSchemeOptions, ClientCertificateAuthenticationHandler>(GatewayAuthentication.ClientCertificateScheme, null);
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtBearerSetup>();
        services.AddSingleton<ApiKeyRing>();
        return services;
    }
}
