using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Gateway.Telemetry;

/// <summary>
/// Collects metrics and writes them in Prometheus' text format, under the names that OpenTelemetry's exporter gives them: the
/// gateway's own, the runtime's and Kestrel's.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    /// <summary>The format's media type, version 0.0.4.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] Meters = [GatewayTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>It changes twice with each call, and is next to always zero.</summary>
    private const string QueuedRequests = "kestrel.queued_requests";

    private readonly ConcurrentDictionary<Instrument, PrometheusMetric> _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;
    private readonly Lock _scraping = new();

    public PrometheusExporter(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Subscribe;
        _listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => ((PrometheusMetric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => ((PrometheusMetric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => ((PrometheusMetric)metric!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>All metrics as they are now.</summary>
    public string Scrape()
    {
        var text = new StringBuilder();
        lock (_scraping)
        {
            foreach (var metric in _metrics.Values.Where(metric => metric.IsObservable))
                metric.Clear();
            _listener.RecordObservableInstruments();
            foreach (var metric in _metrics.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal))
                metric.Write(text);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Of a meter that belongs to an application, only this application's: a process may hold several.</summary>
    private void Subscribe(Instrument instrument, MeterListener listener)
    {
        if (Meters.Contains(instrument.Meter.Name) && instrument.Name != QueuedRequests && (instrument.Meter.Scope is null || instrument.Meter.Scope == _meters))
            listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(instrument, created => new PrometheusMetric(created)));
    }
}
