namespace Gateway.Configuration;

/// <summary>
/// Takes back the workers that the thread pool adds while work waits for half a second, as it may while all is being compiled. Hill climbing
/// would do that; without it (<see cref="HillClimbingSwitch"/>) they stay for good and take turns with the others.
/// </summary>
internal sealed class ThreadPoolTrimmer(TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>The runtime's switch that turns hill climbing off.</summary>
    public const string HillClimbingSwitch = "System.Threading.ThreadPool.HillClimbing.Disable";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private ITimer? _timer;

    /// <summary>Has the pool work with its minimum again. While work still waits, it adds what it needs once more.</summary>
    public static void Trim()
    {
        ThreadPool.GetMinThreads(out var least, out _);
        ThreadPool.GetMaxThreads(out var most, out var completionPorts);

        // A maximum takes away what is beyond it, which does not come back when it is lifted.
        ThreadPool.SetMaxThreads(least, completionPorts);
        ThreadPool.SetMaxThreads(most, completionPorts);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(static _ => Trim(), null, Interval, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _timer?.Dispose();
}
