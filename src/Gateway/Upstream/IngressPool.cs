using Restate.Sdk.Client;

namespace Gateway.Upstream;

/// <summary>The addresses of Restate's ingress: a call goes to the least busy of those that are well, and to none while all are down.</summary>
internal sealed partial class IngressPool : IDisposable
{
    private const string Outage = "Restate's ingress has stopped answering.";

    private readonly IReadOnlyList<IngressNode> _nodes;
    private readonly RetryBudget _budget;
    private readonly double _retryRatio;
    private readonly ILogger<IngressPool> _logger;
    private readonly Lock _changing = new();
    private TaskCompletionSource _available = Signal();
    private uint _turn;
    private volatile bool _answered;

    public IngressPool(IReadOnlyList<IngressNode> nodes, UpstreamOptions options, ILogger<IngressPool> logger)
    {
        _nodes = nodes;
        _budget = new RetryBudget(options.RetryBudget);
        _retryRatio = options.RetryRatio;
        _logger = logger;
        _available.SetResult();
    }

    public IReadOnlyList<IngressNode> Nodes => _nodes;

    /// <summary>Whether there is an address to call.</summary>
    public bool IsAvailable
    {
        get
        {
            foreach (var node in _nodes)
            {
                if (!node.Circuit.IsOpen)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Whether an address has ever answered, and one is not down.</summary>
    public bool IsReachable => _answered && IsAvailable;

    /// <summary>Calls, once.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="isStreaming">Whether it may take long, or is one of many that a stream makes.</param>
    /// <param name="cancellationToken">Stops waiting; the invocation goes on.</param>
    /// <exception cref="IngressException">The handler failed, Restate refused the call, or no address answers.</exception>
    public async Task<IngressResponse> CallAsync(IngressCall call, bool isStreaming, CancellationToken cancellationToken)
    {
        var node = Choose() ?? throw new IngressException("No address of Restate's ingress is well.");
        using var place = node.Take(isStreaming, cancellationToken);
        try
        {
            // Looked at again: an outage that begins only now ends the call.
            if (node.Circuit.IsOpen)
                throw new IngressException(Outage);
            var response = await call(place.Ingress, place.Ended);
            Succeeded(node, _retryRatio);
            return response;
        }
        catch (IngressException e)
        {
            if (IsOutage(e))
                Failed(node, e);
            else
                Succeeded(node, _retryRatio);
            throw;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IngressException(Outage);
        }
    }

    /// <summary>Whether a call may be tried again, which costs the budget of all calls.</summary>
    public bool TryRetry() => _budget.TryWithdraw();

    /// <summary>Completes when there is an address to call.</summary>
    public Task WhenAvailable()
    {
        lock (_changing)
            return _available.Task;
    }

    /// <summary>Asks every address whether it is well.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) => Task.WhenAll(_nodes.Select(node => ProbeAsync(node, cancellationToken)));

    public void Dispose()
    {
        foreach (var node in _nodes)
            node.Dispose();
    }

    /// <summary>No connection, or a proxy or server that says it cannot serve anyone. What one call does to a handler is no outage.</summary>
    private static bool IsOutage(IngressException error) => !error.IsFromInvocation && error.StatusCode is 0 or 502 or 503 or 504;

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ProbeAsync(IngressNode node, CancellationToken cancellationToken)
    {
        try
        {
            await node.ProbeAsync(cancellationToken);
            Succeeded(node, 1);
        }
        catch (IngressException e) when (!IsOutage(e))
        {
            Succeeded(node, 1);
        }
        catch (Exception e) when (e is IngressException or OperationCanceledException)
        {
            Failed(node, e);
        }
    }

    /// <summary>Beginning with the next in turn, so that addresses that are equal share the calls. One that failed last is the last resort.</summary>
    private IngressNode? Choose()
    {
        if (_nodes.Count == 1)
            return _nodes[0].Circuit.IsOpen ? null : _nodes[0];

        IngressNode? best = null;
        var start = Interlocked.Increment(ref _turn);
        for (var i = 0; i < _nodes.Count; i++)
        {
            var node = _nodes[(int)((start + i) % _nodes.Count)];
            if (!node.Circuit.IsOpen && (best is null || Rank(node).CompareTo(Rank(best)) < 0))
                best = node;
        }

        return best;

        static (bool IsSuspect, int Outstanding) Rank(IngressNode node) => (node.Circuit.IsSuspect, node.Outstanding);
    }

    private void Succeeded(IngressNode node, double earned)
    {
        _answered = true;
        _budget.Deposit(earned);
        if (!node.Circuit.Succeeded())
            return;

        LogUp(node.Address);
        UpdateAvailability();
    }

    private void Failed(IngressNode node, Exception error)
    {
        if (!node.Circuit.Failed())
            return;

        LogDown(node.Address, error.Message);
        UpdateAvailability();
        node.GiveUpCalls();
    }

    private void UpdateAvailability()
    {
        lock (_changing)
        {
            if (IsAvailable)
                _available.TrySetResult();
            else if (_available.Task.IsCompleted)
                _available = Signal();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Restate's ingress at {Address} is down; it gets no calls until a probe succeeds: {Error}")]
    private partial void LogDown(Uri address, string error);

    [LoggerMessage(LogLevel.Information, "Restate's ingress at {Address} is up again")]
    private partial void LogUp(Uri address);
}
