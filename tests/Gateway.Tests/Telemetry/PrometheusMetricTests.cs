using System.Diagnostics.Metrics;
using System.Text;
using Gateway.Telemetry;

namespace Gateway.Tests.Telemetry;

public sealed class PrometheusMetricTests : IDisposable
{
    private readonly Meter _meter = new("test");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void What_grows_adds_up_and_has_its_unit_in_its_name() => Assert.Equal(
        """
        # HELP io_read_bytes_total What was read.
        # TYPE io_read_bytes_total counter
        io_read_bytes_total 7

        """,
        Write(_meter.CreateCounter<long>("io.read", "By", "What was read."), 3, 4));

    [Fact]
    public void What_rises_and_falls_adds_up() => Assert.Equal(
        """
        # HELP open 
        # TYPE open gauge
        open 1

        """,
        Write(_meter.CreateUpDownCounter<long>("open", "{stream}"), 2, -1));

    [Fact]
    public void What_is_measured_is_its_last_value() => Assert.Equal(
        """
        # HELP level 
        # TYPE level gauge
        level 1.5

        """,
        Write(_meter.CreateGauge<double>("level"), 7, 1.5));

    [Fact]
    public void A_bucket_holds_what_is_no_more_than_its_bound() => Assert.Equal(
        """
        # HELP time_seconds 
        # TYPE time_seconds histogram
        time_seconds_bucket{le="0.5"} 2
        time_seconds_bucket{le="1"} 3
        time_seconds_bucket{le="+Inf"} 4
        time_seconds_sum 4.25
        time_seconds_count 4

        """,
        Write(_meter.CreateHistogram("time", "s", "", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] }), 0.25, 0.5, 1, 2.5));

    [Fact]
    public void Labels_are_escaped_and_sorted()
    {
        var metric = new PrometheusMetric(_meter.CreateCounter<long>("calls"));
        metric.Record(1, [new("rpc.method", "b\"\\\n"), new("code", 5)]);
        metric.Record(1, [new("rpc.method", "a"), new("code", 0)]);
        var text = new StringBuilder();
        metric.Write(text);
        Assert.EndsWith(
            """
            calls_total{rpc_method="a",code="0"} 1
            calls_total{rpc_method="b\"\\\n",code="5"} 1

            """,
            text.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Measurements_are_of_one_series_when_their_labels_read_the_same()
    {
        var metric = new PrometheusMetric(_meter.CreateCounter<long>("calls"));
        foreach (var code in (object[])[5, 5, "5"])
            metric.Record(1, [new("code", code)]);
        metric.Record(1, [new("code", 6)]);
        metric.Record(1, [new("kind", 5)]);
        var text = new StringBuilder();
        metric.Write(text);
        Assert.EndsWith(
            """
            calls_total{code="5"} 3
            calls_total{code="6"} 1
            calls_total{kind="5"} 1

            """,
            text.ToString(),
            StringComparison.Ordinal);
    }

    private static string Write(Instrument instrument, params double[] values)
    {
        var metric = new PrometheusMetric(instrument);
        foreach (var value in values)
            metric.Record(value, []);
        var text = new StringBuilder();
        metric.Write(text);
        return text.ToString();
    }
}
