using System.Threading.RateLimiting;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Gateway.Upstream;
using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Security;

/// <summary>How many calls a caller may begin, and have open at once. A caller is <see cref="CallerIdentity.PartitionOf"/>.</summary>
internal sealed class CallLimiter : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext>? _rate;
    private readonly PartitionedRateLimiter<HttpContext>? _concurrency;

    public CallLimiter(IOptions<GatewayOptions> options)
    {
        var limits = options.Value.Limits;
        if (limits.CallsPerSecond is { } rate)
        {
            var bucket = new TokenBucketRateLimiterOptions
            {
                TokenLimit = limits.CallBurst ?? (int)Math.Ceiling(rate),
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1 / rate),
            };
            _rate = PartitionedRateLimiter.Create<HttpContext, string>(
                http => RateLimitPartition.GetTokenBucketLimiter(CallerIdentity.PartitionOf(http), _ => bucket));
        }

        if (limits.MaxConcurrentCalls is { } calls)
        {
            var most = new ConcurrencyLimiterOptions { PermitLimit = calls };
            _concurrency = PartitionedRateLimiter.Create<HttpContext, string>(
                http => RateLimitPartition.GetConcurrencyLimiter(CallerIdentity.PartitionOf(http), _ => most));
        }
    }

    /// <summary>Counts a call, until the lease is given back; tells why not when there are too many.</summary>
    public RpcStatus? TryBegin(HttpContext http, out RateLimitLease? lease)
    {
        lease = null;
        if (CountEvent(http) is { } refusal)
            return refusal;

        lease = _concurrency?.AttemptAcquire(http);
        return lease is null or { IsAcquired: true } ? null : Exhausted("The caller has as many calls open as it may have.");
    }

    /// <summary>Counts one more thing that a call does, such as an event in a stream of them; tells why not when it comes too soon.</summary>
    public RpcStatus? CountEvent(HttpContext http)
    {
        using var lease = _rate?.AttemptAcquire(http);
        if (lease is null or { IsAcquired: true })
            return null;

        return lease.TryGetMetadata(MetadataName.RetryAfter, out var delay)
            ? Exhausted("The caller calls too often.", new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) })
            : Exhausted("The caller calls too often.");
    }

    public void Dispose()
    {
        _rate?.Dispose();
        _concurrency?.Dispose();
    }

    private static RpcStatus Exhausted(string message, RetryInfo? retry = null)
    {
        List<Any> details = [Any.Pack(new ErrorInfo { Domain = RestateErrors.Domain, Type = "LIMIT_EXCEEDED" })];
        if (retry is not null)
            details.Add(Any.Pack(retry));
        return new RpcStatus(StatusCode.ResourceExhausted, message, details);
    }
}
