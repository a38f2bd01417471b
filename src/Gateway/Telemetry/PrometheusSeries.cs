using System.Globalization;
using System.Text;

namespace Gateway.Telemetry;

/// <summary>What was measured under one set of labels.</summary>
/// <param name="buckets">A histogram's upper bounds, rising.</param>
internal sealed class PrometheusSeries(double[] buckets)
{
    private readonly Lock _changing = new();
    private readonly long[] _counts = new long[buckets.Length];
    private long _count;
    private double _value;

    public void Set(double value)
    {
        lock (_changing)
            _value = value;
    }

    public void Add(double value)
    {
        lock (_changing)
            _value += value;
    }

    public void Observe(double value)
    {
        lock (_changing)
        {
            _value += value;
            _count++;
            for (var i = buckets.Length - 1; i >= 0 && value <= buckets[i]; i--)
                _counts[i]++;
        }
    }

    public void Write(StringBuilder text, string name, string labels)
    {
        lock (_changing)
            Line(text, name, labels, _value);
    }

    public void WriteHistogram(StringBuilder text, string name, string labels)
    {
        lock (_changing)
        {
            var separator = labels.Length == 0 ? "" : ",";
            for (var i = 0; i < buckets.Length; i++)
                Line(text, name + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{labels}{separator}le=\"{buckets[i]}\""), _counts[i]);
            Line(text, name + "_bucket", $"{labels}{separator}le=\"+Inf\"", _count);
            Line(text, name + "_sum", labels, _value);
            Line(text, name + "_count", labels, _count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(CultureInfo.InvariantCulture, $" {value}\n");
    }
}
