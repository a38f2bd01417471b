using Gateway.Upstream;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Rpc;

namespace Gateway.Security;

/// <summary>Tells a caller that is not let in so in its own protocol. Endpoints other than the gateway's answer as ASP.NET Core does.</summary>
internal sealed class RpcAuthorizationResultHandler : IAuthorizationMiddlewareResultHandler
{
    private static readonly RpcStatus Unauthenticated = RestateErrors.Refused(StatusCode.Unauthenticated, "CREDENTIALS_REQUIRED", "Valid credentials are required.");
    private static readonly RpcStatus Forbidden = RestateErrors.Refused(StatusCode.PermissionDenied, "ACCESS_DENIED", "The caller may not call this.");

    private static readonly RpcStatus Undecided =
        RestateErrors.Refused(StatusCode.Unavailable, "CREDENTIALS_UNCHECKED", "Credentials cannot be checked at the moment.");

    private readonly AuthorizationMiddlewareResultHandler _others = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<CallGuard>() is null)
            return _others.HandleAsync(next, context, policy, authorizeResult);

        return context.RefuseRpcAsync(
            authorizeResult.Forbidden ? Forbidden
            : JwtBearerSetup.IsIssuerUnreachable(context) ? Undecided
            : Unauthenticated);
    }
}
