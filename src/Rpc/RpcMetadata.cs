using System.Collections;
using System.Text;
using Rpc.Internal.Protocols;

namespace Rpc;

/// <summary>
/// Custom metadata: names with ASCII values, or with bytes where the name ends with <c>-bin</c>. A name may occur several
/// times, and its values keep their order.
/// </summary>
public sealed class RpcMetadata : IEnumerable<RpcMetadataEntry>
{
    private const string BinarySuffix = "-bin";

    private readonly List<RpcMetadataEntry> _entries = [];

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds an ASCII value.</summary>
    /// <exception cref="ArgumentException">
    /// The name is reserved, ends with <c>-bin</c> or has characters other than <c>0-9 a-z _ - .</c>; or the value is not printable ASCII.
    /// </exception>
    public void Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        name = ValidName(name);
        if (IsBinaryName(name))
            throw new ArgumentException($"Metadata '{name}' is binary: add bytes, or drop '-bin' from the name.", nameof(name));
        if (!IsValidText(value))
            throw new ArgumentException($"The value of metadata '{name}' is not printable ASCII: use a name with '-bin' and bytes.", nameof(value));

        _entries.Add(new RpcMetadataEntry(name, value, default));
    }

    /// <summary>Adds a binary value.</summary>
    /// <exception cref="ArgumentException">The name is reserved, does not end with <c>-bin</c>, or has characters other than <c>0-9 a-z _ - .</c>.</exception>
    public void Add(string name, ReadOnlyMemory<byte> value)
    {
        name = ValidName(name);
        if (!IsBinaryName(name))
            throw new ArgumentException($"The name of binary metadata '{name}' must end with '-bin'.", nameof(name));

        _entries.Add(new RpcMetadataEntry(name, null, value));
    }

    /// <summary>The first ASCII value of that name, or null.</summary>
    public string? GetText(string name) => Find(name).Text;

    /// <summary>The first binary value of that name, or null.</summary>
    public ReadOnlyMemory<byte>? GetBytes(string name)
    {
        var entry = Find(name);
        return entry.IsBinary && entry.Name is not null ? entry.Bytes : default(ReadOnlyMemory<byte>?);
    }

    /// <summary>Every entry of that name.</summary>
    public IEnumerable<RpcMetadataEntry> GetAll(string name) => _entries.Where(entry => IsNamed(entry, name));

    /// <summary>Removes every entry of that name; tells whether there was one.</summary>
    public bool Remove(string name) => _entries.RemoveAll(entry => IsNamed(entry, name)) > 0;

    /// <summary>Enumerates the entries in the order they were added.</summary>
    public List<RpcMetadataEntry>.Enumerator GetEnumerator() => _entries.GetEnumerator();

    IEnumerator<RpcMetadataEntry> IEnumerable<RpcMetadataEntry>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static bool IsBinaryName(string name) => name.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase);

    internal static bool IsValidText(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Adds what came from the wire, where the name has been checked by HTTP and the value by the caller.</summary>
    internal void AddReceived(string name, string? text, ReadOnlyMemory<byte> bytes) => _entries.Add(new RpcMetadataEntry(name, text, bytes));

    private RpcMetadataEntry Find(string name)
    {
        foreach (var entry in _entries)
        {
            if (IsNamed(entry, name))
                return entry;
        }

        return default;
    }

    private static bool IsNamed(RpcMetadataEntry entry, string name) => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string ValidName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        name = name.ToLowerInvariant();
        if (!Ascii.IsValid(name) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')))
            throw new ArgumentException($"Metadata name '{name}' has characters other than 0-9 a-z _ - .", nameof(name));
        if (MetadataHeaders.IsReserved(name))
            throw new ArgumentException($"Metadata name '{name}' is reserved: it belongs to HTTP, gRPC or Connect.", nameof(name));

        return name;
    }
}
