namespace Rpc.Json;

/// <summary>One field in an encoded message.</summary>
/// <remarks>Comparing <paramref name="order"/> sorts by field, and by place in the message within a field.</remarks>
internal readonly struct FieldOccurrence(ulong order, ulong bits)
{
    public FieldOccurrence(int field, int ordinal, bool isPacked, ulong bits)
        : this(((ulong)field << 32) | ((ulong)ordinal << 1) | (isPacked ? 1ul : 0), bits)
    {
    }

    public ulong Order => order;

    /// <summary>The field's <see cref="FieldPlan.Index"/>.</summary>
    public int Field => (int)(order >> 32);

    /// <summary>Whether this is a list of numbers in one length-delimited field.</summary>
    public bool IsPacked => (order & 1) != 0;

    /// <summary>
    /// The value of a number, boolean or enum: 32-bit signed ones extended to 64, floating-point ones by their IEEE bits. Of
    /// the others, where the content is.
    /// </summary>
    public ulong Bits => bits;

    public int Length => (int)bits;

    public ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> message) => message.Slice((int)(bits >> 32), Length);
}
