using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;
using Rpc.Internal;
using WireStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Rpc.Health;

/// <summary>The service <c>grpc.health.v1.Health</c>.</summary>
internal sealed class HealthService : IPermanentService
{
    /// <summary>What List answers at most; beyond it clients are to Check.</summary>
    private const int MaxListed = 100;

    private readonly RpcHealth _health;

    public HealthService(RpcHealth health, IHostApplicationLifetime lifetime)
    {
        _health = health;
        lifetime.ApplicationStopping.Register(health.Stop);
    }

    public IEnumerable<RpcService> Create(RpcServiceRegistry registry)
    {
        yield return new RpcService(
            "grpc.health.v1.Health",
            [
                new RpcMethod("Check", RpcMethodType.Unary, CheckAsync),
                new RpcMethod("List", RpcMethodType.Unary, ListAsync),
                new RpcMethod("Watch", RpcMethodType.ServerStreaming, WatchAsync),
            ],
            HealthReflection.Descriptor);
    }

    private async ValueTask CheckAsync(RpcCall call)
    {
        var request = await call.ReadAsync(HealthCheckRequest.Parser);
        if (!_health.TryGetStatus(request!.Service, out var status))
            throw new RpcException(StatusCode.NotFound, $"The health of service '{request.Service}' is not known.");

        await call.WriteAsync(new HealthCheckResponse { Status = (WireStatus)status });
    }

    private async ValueTask ListAsync(RpcCall call)
    {
        await call.ReadAsync(HealthListRequest.Parser);
        var statuses = _health.GetStatuses();
        if (statuses.Count > MaxListed)
            throw new RpcException(StatusCode.ResourceExhausted, $"There are {statuses.Count} services, more than List answers: use Check.");

        var response = new HealthListResponse();
        foreach (var (service, status) in statuses)
            response.Statuses.Add(service, new HealthCheckResponse { Status = (WireStatus)status });
        await call.WriteAsync(response);
    }

    private async ValueTask WatchAsync(RpcCall call)
    {
        var request = await call.ReadAsync(HealthCheckRequest.Parser);
        WireStatus? sent = null;
        while (true)
        {
            var (status, changed) = _health.Observe(request!.Service);
            var current = status is { } known ? (WireStatus)known : WireStatus.ServiceUnknown;
            if (current != sent)
                await call.WriteAsync(new HealthCheckResponse { Status = current });

            sent = current;
            await changed.WaitAsync(call.CancellationToken);
        }
    }
}
