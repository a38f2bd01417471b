using Microsoft.AspNetCore.Cors.Infrastructure;
using Rpc;

namespace Gateway.Security;

/// <summary>CORS for pages that call the gateway's executable.</summary>
internal static class GatewayCors
{
    public const string AnyOrigin = "*";

    /// <summary>What pages may send beside what the protocols need: idempotency keys, API keys and their trace.</summary>
    private static readonly string[] RequestHeaders = [MachineCallHandler.IdempotencyKeyHeader, "traceparent", "tracestate", ApiKeyAuthenticationHandler.HeaderName];

    /// <summary>As long as any browser remembers that it may call.</summary>
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(2);

    /// <summary>The policy for pages of these origins.</summary>
    public static void Allow(CorsPolicyBuilder policy, IList<string> origins)
    {
        policy.WithRpc().WithHeaders(RequestHeaders).SetPreflightMaxAge(PreflightMaxAge);
        if (origins.Contains(AnyOrigin))
            policy.AllowAnyOrigin();
        else
            policy.WithOrigins([.. origins]);
    }
}
