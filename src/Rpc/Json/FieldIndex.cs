using System.Buffers;
using Google.Protobuf;

namespace Rpc.Json;

/// <summary>
/// The known fields of one encoded message, grouped by field. The wire allows any order, repeats what must not repeat, and
/// merges; JSON is written once, so all of a message's own fields are found before the first is written.
/// </summary>
/// <param name="initial">Room on the stack; pooled memory takes over when it does not suffice.</param>
internal ref struct FieldIndex(Span<FieldOccurrence> initial)
{
    private Span<FieldOccurrence> _occurrences = initial;
    private FieldOccurrence[]? _rented;
    private int _count;

    /// <summary>In the order of field numbers. Of a oneof's members only the one that is set is left.</summary>
    public readonly ReadOnlySpan<FieldOccurrence> Occurrences => _occurrences[.._count];

    /// <summary>Reads the message's own fields; nested messages stay unread.</summary>
    public void Read(MessagePlan plan, ReadOnlySpan<byte> message)
    {
        var reader = new WireSpan(message);
        var isSorted = true;
        var mayReplace = false;
        ulong oneofs = 0;
        var previous = -1;
        while (!reader.End)
        {
            var (number, wireType) = reader.ReadTag();
            var field = plan.FindByNumber(number);
            var isPacked = field is { IsPackable: true } && wireType == WireFormat.WireType.LengthDelimited;
            if (field is null || (wireType != field.WireType && !isPacked))
            {
                // A known field in the wrong encoding is an unknown field, as in other implementations.
                reader.Skip(number, wireType);
                continue;
            }

            if (field.IsGroup)
                throw new TranscodingException(field.Name, "groups (delimited encoding) are not supported");

            var bits = isPacked ? reader.ReadSlice() : reader.ReadValue(field.Type, wireType);
            Add(new FieldOccurrence(field.Index, _count, isPacked, bits));
            isSorted &= field.Index >= previous;
            if (field.Oneof >= 0 && field.Index != previous)
            {
                // One bit for several oneofs may claim too much, which costs a second look.
                var oneof = 1ul << field.Oneof;
                mayReplace |= (oneofs & oneof) != 0;
                oneofs |= oneof;
            }

            previous = field.Index;
        }

        if (mayReplace)
            DropReplacedMembers(plan);
        if (!isSorted)
            _occurrences[.._count].Sort(static (a, b) => a.Order.CompareTo(b.Order));
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
            ArrayPool<FieldOccurrence>.Shared.Return(_rented);
    }

    /// <summary>
    /// The last member of a oneof replaces the others, and itself where another came in between.
    /// </summary>
    private void DropReplacedMembers(MessagePlan plan)
    {
        const int None = -1;
        const int Closed = -2;

        var winners = plan.OneofCount <= 64 ? stackalloc int[plan.OneofCount] : new int[plan.OneofCount];
        winners.Fill(None);
        var kept = _count;
        for (var i = _count - 1; i >= 0; i--)
        {
            var occurrence = _occurrences[i];
            if (plan.Fields[occurrence.Field].Oneof is >= 0 and var oneof)
            {
                if (winners[oneof] == None)
                    winners[oneof] = occurrence.Field;
                if (winners[oneof] != occurrence.Field)
                {
                    winners[oneof] = Closed;
                    continue;
                }
            }

            _occurrences[--kept] = occurrence;
        }

        _occurrences[kept.._count].CopyTo(_occurrences);
        _count -= kept;
    }

    private void Add(FieldOccurrence occurrence)
    {
        if (_count == _occurrences.Length)
            Grow();
        _occurrences[_count++] = occurrence;
    }

    private void Grow()
    {
        var larger = ArrayPool<FieldOccurrence>.Shared.Rent(2 * _count);
        _occurrences.CopyTo(larger);
        if (_rented is not null)
            ArrayPool<FieldOccurrence>.Shared.Return(_rented);
        _occurrences = _rented = larger;
    }
}
