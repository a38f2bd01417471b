using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Rpc.Internal;

/// <summary>The time that calls have left once the host has begun to stop.</summary>
internal sealed class ShutdownGrace : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _stopping;

    public ShutdownGrace(IHostApplicationLifetime lifetime, IOptions<RpcOptions> options, TimeProvider clock)
    {
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _stopping = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(options.Value.ShutdownGracePeriod));
    }

    /// <summary>Cancelled when the grace period is over.</summary>
    public CancellationToken Over => _over.Token;

    public void Dispose()
    {
        _stopping.Dispose();
        _over.Dispose();
    }
}
