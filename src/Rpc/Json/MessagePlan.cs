using System.Runtime.CompilerServices;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>
/// What transcoding needs to know of a message, compiled once from its descriptor and kept for as long as that lives.
/// </summary>
internal sealed class MessagePlan
{
    private const int MaxDirectNumber = 512;

    private static readonly ConditionalWeakTable<MessageDescriptor, MessagePlan> Plans = [];

    private readonly FieldPlan?[] _byNumber;
    private readonly Dictionary<int, FieldPlan> _byLargeNumber = [];
    private readonly Utf8Names<FieldPlan> _byName = new();

    private MessagePlan(MessageDescriptor descriptor)
    {
        FullName = descriptor.FullName;
        WellKnownType = WellKnownTypes.Of(descriptor);
        Fields = [.. descriptor.Fields.InFieldNumberOrder().Select(static (field, index) => new FieldPlan(field, index))];
        OneofCount = descriptor.Oneofs.Count;

        _byNumber = new FieldPlan?[Fields.Where(field => field.Number <= MaxDirectNumber).Select(field => field.Number + 1).LastOrDefault()];
        foreach (var field in Fields)
        {
            if (field.Number < _byNumber.Length)
                _byNumber[field.Number] = field;
            else
                _byLargeNumber.Add(field.Number, field);
        }

        // Where one field's JSON name is another's original name, the JSON name wins.
        foreach (var field in Fields)
            _byName.Add(field.JsonName, field);
        foreach (var field in Fields)
            _byName.Add(field.Name, field);
    }

    public string FullName { get; }

    public WellKnownType WellKnownType { get; }

    /// <summary>Whether the JSON is an object with the fields.</summary>
    public bool HasJsonFields => WellKnownType is WellKnownType.None or WellKnownType.Empty;

    /// <summary>The fields in the order of their numbers.</summary>
    public FieldPlan[] Fields { get; }

    public int OneofCount { get; }

    public static MessagePlan Of(MessageDescriptor descriptor) => Plans.GetValue(descriptor, static key => new MessagePlan(key));

    public FieldPlan? FindByNumber(int number) =>
        (uint)number < (uint)_byNumber.Length ? _byNumber[number] : _byLargeNumber.GetValueOrDefault(number);

    /// <summary>Finds a field by its JSON name or its original name.</summary>
    public FieldPlan? FindByName(ReadOnlySpan<byte> name) => _byName.TryGetValue(name, out var field) ? field : null;
}
