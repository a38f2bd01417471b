using Gateway.Upstream;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Security;

/// <summary>
/// What stands before every call: who calls, if anybody is to be asked, and whether there are too many. It is part of the endpoints, so that
/// no order of middleware leaves it out.
/// </summary>
internal sealed class CallGuard(CallLimiter limiter, IOptions<GatewayOptions> options)
{
    private const string HealthService = "grpc.health.v1.Health";
    private const string ReflectionServices = "grpc.reflection.";

    private readonly GatewayOptions _options = options.Value;

    /// <summary>Guards the endpoints of <c>MapRpc</c>.</summary>
    public void Guard(IEndpointConventionBuilder endpoints)
    {
        if (GatewayAuthentication.IsConfigured(_options))
            endpoints.RequireAuthorization(new AuthorizationPolicyBuilder(GatewayAuthentication.Scheme).RequireAuthenticatedUser().Build());

        endpoints.Add(endpoint =>
        {
            endpoint.Metadata.Add(this);
            var service = endpoint.Metadata.OfType<RpcService>().FirstOrDefault()?.FullName;

            // Who asks for health has neither credentials nor patience.
            if (service == HealthService)
            {
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
                return;
            }

            if (_options.Authentication.AllowAnonymousReflection && service?.StartsWith(ReflectionServices, StringComparison.Ordinal) == true)
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            var handler = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http => InvokeAsync(http, handler);
        });
    }

    private async Task InvokeAsync(HttpContext http, RequestDelegate handler)
    {
        if (SizeOf(http.Request.Headers) > _options.Limits.MaxMetadataSize)
        {
            await http.RefuseRpcAsync(RestateErrors.Refused(
                StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", $"The metadata is larger than the limit of {_options.Limits.MaxMetadataSize} bytes."));
            return;
        }

        var refusal = limiter.TryBegin(http, out var place);
        using (place)
            await (refusal is null ? handler(http) : http.RefuseRpcAsync(refusal));
    }

    /// <summary>As RFC 9113, section 6.5.2, counts SETTINGS_MAX_HEADER_LIST_SIZE.</summary>
    private static int SizeOf(IHeaderDictionary headers)
    {
        var size = 0;
        foreach ((var name, var values) in headers)
        {
            foreach (var value in values)
                size += name.Length + (value?.Length ?? 0) + LimitOptionsValidator.HeaderOverhead;
        }

        return size;
    }
}
