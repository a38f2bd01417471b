using System.Threading.RateLimiting;
using Gateway.Upstream;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Security;

/// <summary>How many calls a caller may begin, and have open at once. A caller is <see cref="CallerIdentity.PartitionOf"/>.</summary>
internal sealed class CallLimiter : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext>? _rate;
    private readonly OpenCalls? _open;
    private readonly TimeProvider _time;

    public CallLimiter(IOptions<GatewayOptions> options, TimeProvider time)
    {
        _time = time;
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
            _open = new OpenCalls(calls);
    }

    /// <summary>Counts a call, until the place is given back; tells why not when there are too many.</summary>
    public RpcStatus? TryBegin(HttpContext http, out Place place)
    {
        place = default;
        using (var start = _rate?.AttemptAcquire(http))
        {
            if (start is { IsAcquired: false })
                return Exhausted("The caller calls too often.", new RetryInfo { RetryDelay = Duration.FromTimeSpan(DelayOf(start)) });
        }

        if (_open is null)
            return null;

        var caller = CallerIdentity.PartitionOf(http);
        if (!_open.TryBegin(caller))
            return Exhausted("The caller has as many calls open as it may have.");

        place = new Place(_open, caller);
        return null;
    }

    /// <summary>Counts one more event of a stream, when its time has come: a stream is not refused but slowed down.</summary>
    public async ValueTask WaitForTurnAsync(HttpContext http, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var turn = _rate?.AttemptAcquire(http);
            if (turn is null or { IsAcquired: true })
                return;

            await Task.Delay(DelayOf(turn), _time, cancellationToken);
        }
    }

    public void Dispose() => _rate?.Dispose();

    private static TimeSpan DelayOf(RateLimitLease refused) => refused.TryGetMetadata(MetadataName.RetryAfter, out var delay) ? delay : TimeSpan.FromSeconds(1);

    private static RpcStatus Exhausted(string message, params IEnumerable<RetryInfo> retry) =>
        RestateErrors.Refused(StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", message, retry);

    /// <summary>What a call has of its caller's number, if that is counted, until it gives it back.</summary>
    public readonly struct Place(OpenCalls? open, string caller) : IDisposable
    {
        public void Dispose() => open?.End(caller);
    }
}
