using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gateway.Upstream;

namespace Gateway.Telemetry;

/// <summary>
/// The gateway's traces and metrics, under the name <see cref="Name"/>: OpenTelemetry's conventions for RPC servers where they have
/// one. They cost next to nothing while nobody listens.
/// </summary>
internal sealed class GatewayTelemetry
{
    public const string Name = "Machines.Gateway";

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Counter<long> _retries;

    public GatewayTelemetry(IMeterFactory meters, IngressPool ingress)
    {
        var meter = meters.Create(Name);
        Duration = meter.CreateHistogram(
            "rpc.server.call.duration", "s", "How long calls take, streams included.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        OpenStreams = meter.CreateUpDownCounter<long>("gateway.streams", "{stream}", "Streams that are open.");
        _retries = meter.CreateCounter<long>("gateway.ingress.retries", "{attempt}", "Attempts to call the ingress again.");
        meter.CreateObservableGauge(
            "gateway.ingress.up", () => Observe(ingress, node => node.Circuit.IsOpen ? 0 : 1), null, "Whether an address of the ingress gets calls: 0 while its circuit is open.");
        meter.CreateObservableGauge(
            "gateway.ingress.calls", () => Observe(ingress, node => node.Outstanding), "{call}", "Calls of the ingress that are under way.");
    }

    public static ActivitySource Source { get; } = new(Name);

    public Histogram<double> Duration { get; }

    public UpDownCounter<long> OpenStreams { get; }

    /// <summary>Counts an attempt, and notes it on the call's span.</summary>
    public void Retried(string objectName)
    {
        _retries.Add(1, new KeyValuePair<string, object?>("restate.service", objectName));
        if (Activity.Current is { IsAllDataRequested: true } activity)
            activity.AddEvent(new ActivityEvent("retry"));
    }

    private static IEnumerable<Measurement<int>> Observe(IngressPool ingress, Func<IngressNode, int> measure) =>
        ingress.Nodes.Select(node => new Measurement<int>(measure(node), new KeyValuePair<string, object?>("server.address", node.Address.ToString())));
}
