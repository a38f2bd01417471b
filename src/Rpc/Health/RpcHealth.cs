using System.Diagnostics.CodeAnalysis;

namespace Rpc;

/// <summary>The statuses that the health service (<c>grpc.health.v1</c>) reports. The server as a whole has the empty name.</summary>
/// <remarks>The server is SERVING from the start, and NOT_SERVING, with every service, as soon as the host begins to stop.</remarks>
public sealed class RpcHealth
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal) { [""] = ServingStatus.Serving };
    private TaskCompletionSource _changed = NewSignal();
    private bool _stopped;

    /// <summary>Sets the status of a service, under its full name, and tells those who watch it.</summary>
    /// <remarks>Without effect once the host has begun to stop.</remarks>
    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        Change(statuses => statuses[service] = status);
    }

    /// <summary>Makes the name of a service unknown again.</summary>
    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        Change(statuses => statuses.Remove(service));
    }

    /// <summary>The status of a service, if its name has one.</summary>
    public bool TryGetStatus(string service, [NotNullWhen(true)] out ServingStatus? status)
    {
        status = Observe(service).Status;
        return status is not null;
    }

    /// <summary>Every name that has a status.</summary>
    public IReadOnlyDictionary<string, ServingStatus> GetStatuses()
    {
        lock (_changing)
        {
            return new Dictionary<string, ServingStatus>(_statuses, StringComparer.Ordinal);
        }
    }

    /// <summary>The status now, and a task that completes with the next change of any status.</summary>
    internal (ServingStatus? Status, Task Changed) Observe(string service)
    {
        lock (_changing)
        {
            return (_statuses.TryGetValue(service, out var status) ? status : null, _changed.Task);
        }
    }

    /// <summary>Reports NOT_SERVING for everything, for good: load balancers are to go elsewhere while calls finish.</summary>
    internal void Stop()
    {
        Change(statuses =>
        {
            foreach (var service in statuses.Keys)
                statuses[service] = ServingStatus.NotServing;
            _stopped = true;
        });
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action<Dictionary<string, ServingStatus>> change)
    {
        TaskCompletionSource signal;
        lock (_changing)
        {
            if (_stopped)
                return;

            change(_statuses);
            signal = _changed;
            _changed = NewSignal();
        }

        signal.SetResult();
    }
}
