using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>
/// Tells which entries of an encoded map count: on the wire a key may come again, and its last value is the map's; in JSON it
/// must not. An open-addressing hash table in pooled memory.
/// </summary>
internal readonly ref struct LastMapEntries
{
    private readonly FieldPlan _map;
    private readonly ReadOnlySpan<byte> _message;
    private readonly ReadOnlySpan<FieldOccurrence> _entries;
    private readonly int[]? _table;
    private readonly int _mask;

    public LastMapEntries(FieldPlan map, ReadOnlySpan<byte> message, ReadOnlySpan<FieldOccurrence> entries)
    {
        _map = map;
        _message = message;
        _entries = entries;
        if (entries.Length < 2)
            return;

        var size = (int)BitOperations.RoundUpToPowerOf2((uint)entries.Length * 2);
        _mask = size - 1;
        _table = ArrayPool<int>.Shared.Rent(size);
        _table.AsSpan(0, size).Fill(-1);
        for (var i = 0; i < entries.Length; i++)
            _table[Slot(Entry(i))] = i;
    }

    /// <summary>Whether no later entry has the same key.</summary>
    public bool Contains(int index, MapEntry entry) => _table is null || _table[Slot(entry)] == index;

    public void Dispose()
    {
        if (_table is not null)
            ArrayPool<int>.Shared.Return(_table);
    }

    private MapEntry Entry(int index) => MapEntry.Read(_map, _entries[index].Slice(_message));

    /// <summary>The slot that holds the entry's key, or else will.</summary>
    private int Slot(MapEntry entry)
    {
        var slot = Hash(entry) & _mask;
        while (_table![slot] >= 0 && !HasSameKey(Entry(_table[slot]), entry))
            slot = (slot + 1) & _mask;
        return slot;
    }

    private bool HasSameKey(MapEntry a, MapEntry b) =>
        _map.Key!.Type == FieldType.String ? a.KeyText.SequenceEqual(b.KeyText) : a.Key == b.Key;

    /// <summary>By hashes that are seeded for each process and mix every bit, so that nobody can prepare keys that collide.</summary>
    private int Hash(MapEntry entry)
    {
        if (_map.Key!.Type != FieldType.String)
            return HashCode.Combine((int)entry.Key, (int)(entry.Key >> 32));
        var text = entry.KeyText;
        // The framework has such a hash (Marvin) for characters only; a pair of bytes is as good, and leaves out at most the last.
        return HashCode.Combine(string.GetHashCode(MemoryMarshal.Cast<byte, char>(text)), text.Length, text.IsEmpty ? 0 : text[^1]);
    }
}
