using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Telemetry;

/// <summary>
/// Sends traces and metrics to a collector when OpenTelemetry's own environment variables name one; they also say how
/// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
/// </summary>
internal sealed class OtlpExport(IConfiguration configuration) : IHostedService, IDisposable
{
    private const string ServiceName = "machines-gateway";

    private TracerProvider? _tracing;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsConfigured("TRACES"))
        {
            _tracing = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(Describe)
                .AddSource(GatewayTelemetry.Name)
                .AddOtlpExporter()
                .Build();
        }

        if (IsConfigured("METRICS"))
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(Describe)
                .AddMeter(GatewayTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
                .AddOtlpExporter()
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <summary>What is not sent yet goes out when they are disposed, after the last call has ended.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _tracing?.Dispose();
        _metrics?.Dispose();
    }

    private static void Describe(ResourceBuilder resource) => resource.AddService(ServiceName).AddEnvironmentVariableDetector();

    private bool IsConfigured(string signal) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
}
