using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rpc.Json;

/// <summary>A dictionary by name that is searched with UTF-8, so that no string is made of a name in JSON.</summary>
internal sealed class Utf8Names<T>
{
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _values =
        new Dictionary<byte[], T>(Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Adds a name unless it is taken.</summary>
    public void Add(string name, T value) => _values.Dictionary.TryAdd(Encoding.UTF8.GetBytes(name), value);

    public bool TryGetValue(ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out T value) => _values.TryGetValue(name, out value);

    private sealed class Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] name) => GetHashCode(name.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            // Names come from descriptors, and only searches from outside, so nobody can fill a bucket.
            var hash = 0;
            foreach (var b in alternate)
                hash = hash * 31 + b;
            return hash;
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
