using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Gateway.Telemetry;

/// <summary>An instrument's series, one for each set of labels.</summary>
internal sealed class PrometheusMetric
{
    /// <summary>OpenTelemetry's default, for histograms that do not say.</summary>
    private static readonly double[] DefaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<string, PrometheusSeries> _series = new(StringComparer.Ordinal);

    // Labels are text, which is not made anew for each measurement.
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], PrometheusSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags =
        new ConcurrentDictionary<KeyValuePair<string, object?>[], PrometheusSeries>(TagComparer.Instance)
            .GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();

    private readonly string _help;
    private readonly string _type;
    private readonly bool _adds;
    private readonly double[] _buckets;

    public PrometheusMetric(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        _type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
        _adds = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("UpDownCounter", StringComparison.Ordinal);
        _buckets = _type != "histogram" ? [] : [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBuckets];
        _help = (instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        IsObservable = instrument.IsObservable;
        Name = Sanitize(instrument.Name) + SuffixOf(instrument.Unit, _type);
    }

    public string Name { get; }

    /// <summary>Whether each scrape asks for its values anew.</summary>
    public bool IsObservable { get; }

    public void Clear()
    {
        _byTags.Dictionary.Clear();
        _series.Clear();
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_byTags.TryGetValue(tags, out var series))
            _byTags.TryAdd(tags, series = _series.GetOrAdd(Labels(tags), _ => new PrometheusSeries(_buckets)));

        if (_type == "histogram")
            series.Observe(value);
        else if (_adds)
            series.Add(value);
        else
            series.Set(value);
    }

    /// <summary>Writes <c># HELP</c>, <c># TYPE</c> and a line for each series; nothing while there is none.</summary>
    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty)
            return;

        text.Append("# HELP ").Append(Name).Append(' ').Append(_help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(_type).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (_type == "histogram")
                series.WriteHistogram(text, Name, labels);
            else
                series.Write(text, Name, labels);
        }
    }

    /// <summary>As OpenTelemetry's specification of the format has it: the unit in full, and <c>_total</c> for what only grows.</summary>
    private static string SuffixOf(string? unit, string type)
    {
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        return type == "counter" ? suffix + "_total" : suffix;
    }

    private static string Sanitize(string name) => string.Create(name.Length, name, static (sanitized, name) =>
    {
        for (var i = 0; i < name.Length; i++)
            sanitized[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
    });

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";

        var labels = new StringBuilder(capacity: 160);
        foreach (var (name, value) in tags)
        {
            if (labels.Length > 0)
                labels.Append(',');
            labels.Append(Sanitize(name)).Append("=\"");
            foreach (var c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
                _ = c switch { '\\' => labels.Append("\\\\"), '"' => labels.Append("\\\""), '\n' => labels.Append("\\n"), _ => labels.Append(c) };
            labels.Append('"');
        }

        return labels.ToString();
    }
}
