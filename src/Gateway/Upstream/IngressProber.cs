using Microsoft.Extensions.Options;

namespace Gateway.Upstream;

/// <summary>Asks every address of the ingress whether it is well, over and over: what is down comes back, and what went down is noticed without calls.</summary>
internal sealed class IngressProber(IngressPool pool, IOptions<GatewayOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>An address that takes longer to say that it is well is not.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Upstream.ProbeInterval, time);
        do
        {
            using var timeout = new CancellationTokenSource(Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
            await pool.ProbeAsync(either.Token);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
