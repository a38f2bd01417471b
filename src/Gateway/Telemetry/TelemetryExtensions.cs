using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Gateway.Telemetry;

/// <summary>What makes the gateway observable.</summary>
internal static class TelemetryExtensions
{
    private const string ReadyTag = "ready";

    public static IServiceCollection AddMachineGatewayTelemetry(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<GatewayTelemetry>();
        services.AddSingleton<CallObserver>();
        services.AddSingleton<PrometheusExporter>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<OtlpExport>();
        services.AddHealthChecks().AddCheck<ReadinessHealthCheck>("restate", tags: [ReadyTag]);
        return services;
    }

    /// <summary><c>/healthz</c>: the process lives; <c>/readyz</c>: it is of use; <c>/metrics</c>: in Prometheus' text format.</summary>
    public static void MapMachineGatewayTelemetry(this IEndpointRouteBuilder endpoints)
    {
        // Made now, so that it counts from the start.
        var exporter = endpoints.ServiceProvider.GetRequiredService<PrometheusExporter>();
        endpoints.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks("/readyz", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(ReadyTag),
            ResponseWriter = (http, report) => http.Response.WriteAsync(
                string.Join('\n', report.Entries.Values.Select(entry => entry.Description).Prepend(report.Status.ToString()).OfType<string>())),
        });
        endpoints.MapGet("/metrics", () => Results.Text(exporter.Scrape(), PrometheusExporter.ContentType));
    }
}
