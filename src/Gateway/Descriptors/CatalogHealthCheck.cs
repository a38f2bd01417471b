using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Descriptors;

/// <summary>Healthy once Restate has said which machines there are.</summary>
internal sealed class CatalogHealthCheck(MachineCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(catalog.IsLoaded ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Restate's admin API has not answered yet."));
}
