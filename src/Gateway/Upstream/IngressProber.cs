using Gateway.Telemetry;
using Microsoft.Extensions.Options;

namespace Gateway.Upstream;

/// <summary>Asks every address of the ingress whether it is well, over and over: what is down comes back, and what went down is noticed without calls.</summary>
internal sealed class IngressProber(IngressPool pool, Readiness readiness, IOptions<GatewayOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>An address that takes longer to say that it is well is not.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>The first round comes before the gateway listens, so that it is ready when it does if Restate is.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ProbeAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Upstream.ProbeInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await ProbeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops, or did not start after all, which the host would take for a fault of this.
        }
    }

    private async Task ProbeAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        await pool.ProbeAsync(either.Token);
        readiness.Update();
    }
}
