namespace Restate.Sdk.Protocol;

/// <summary>
/// The object's state as this attempt knows it: what came with the start message, and what the handler changed since. A null value
/// is a key known to be absent.
/// </summary>
internal sealed class EagerState(Dictionary<string, ReadOnlyMemory<byte>?> values, bool isPartial)
{
    private bool _isPartial = isPartial;

    /// <summary>True when the answer is known here; false when only the server knows.</summary>
    public bool TryGet(string key, out ReadOnlyMemory<byte>? value) => values.TryGetValue(key, out value) || !_isPartial;

    /// <summary>The keys in order; null when only the server knows them all.</summary>
    public IReadOnlyList<string>? Keys =>
        _isPartial ? null : [.. values.Where(entry => entry.Value is not null).Select(entry => entry.Key).Order(StringComparer.Ordinal)];

    public void Set(string key, ReadOnlyMemory<byte> value) => values[key] = value;

    public void Clear(string key) => values[key] = null;

    public void ClearAll()
    {
        values.Clear();
        _isPartial = false;
    }
}
