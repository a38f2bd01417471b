using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Gateway.Descriptors;

/// <summary>
/// Finds what a new revision of a service changes so that clients of the old one are misread: the rules of buf's category WIRE for all that
/// the service's rpcs use in proto3, reserved names aside; and beyond them rpcs that are gone and enum values of another name, which JSON misreads.
/// </summary>
internal sealed class BreakingChanges
{
    private readonly HashSet<string> _seen = [];
    private readonly List<string> _found = [];

    private BreakingChanges()
    {
    }

    /// <summary>A sentence for each, beginning with the full name of the element.</summary>
    public static IReadOnlyList<string> Find(ServiceDescriptor before, ServiceDescriptor after)
    {
        var changes = new BreakingChanges();
        foreach (var method in before.Methods)
            changes.Compare(method, after.FindMethodByName(method.Name));
        return changes._found;
    }

    private void Compare(MethodDescriptor before, MethodDescriptor? after)
    {
        if (after is null)
        {
            Add(before, "is gone");
            return;
        }

        if (before.IsClientStreaming != after.IsClientStreaming)
            Add(before, $"its request {(after.IsClientStreaming ? "becomes" : "is no longer")} a stream");
        if (before.IsServerStreaming != after.IsServerStreaming)
            Add(before, $"its response {(after.IsServerStreaming ? "becomes" : "is no longer")} a stream");
        if (LevelOf(before) != LevelOf(after))
            Add(before, $"its idempotency_level changes from {LevelOf(before)} to {LevelOf(after)}");
        CompareTypes(before, "request", before.InputType, after.InputType);
        CompareTypes(before, "response", before.OutputType, after.OutputType);
    }

    private void CompareTypes(IDescriptor element, string role, MessageDescriptor before, MessageDescriptor after)
    {
        if (before.FullName != after.FullName)
            Add(element, $"its {role} changes from {before.FullName} to {after.FullName}");
        else
            Compare(before, after);
    }

    private void Compare(MessageDescriptor before, MessageDescriptor after)
    {
        if (!_seen.Add(before.FullName))
            return;

        var reserved = after.ToProto().ReservedRange;
        foreach (var range in before.ToProto().ReservedRange)
        {
            if (!reserved.Any(kept => kept.Start <= range.Start && range.End <= kept.End))
                AddFreed(before, range.Start, range.End - 1);
        }

        foreach (var field in before.Fields.InFieldNumberOrder())
        {
            var number = field.FieldNumber;
            if (after.FindFieldByNumber(number) is { } now)
                Compare(field, now);
            else if (!reserved.Any(range => range.Start <= number && number < range.End))
                Add(field, $"is gone, and its number {number} is not reserved");
        }
    }

    private void Compare(FieldDescriptor before, FieldDescriptor after)
    {
        if (before.IsRepeated != after.IsRepeated && !IsLengthDelimited(before.FieldType))
            Add(before, after.IsRepeated ? "becomes repeated" : "is no longer repeated");
        if (before.RealContainingOneof?.Name != after.RealContainingOneof?.Name)
            Add(before, $"moves {Place("out of", before)}{Place("into", after)}".TrimEnd());

        if (!IsCompatible(before.FieldType, after.FieldType))
            Add(before, $"its type changes from {NameOf(before)} to {NameOf(after)}");
        else if (before.FieldType == FieldType.Message && after.FieldType == FieldType.Message)
            CompareTypes(before, "type", before.MessageType, after.MessageType);
        else if (before.FieldType == FieldType.Enum && after.FieldType == FieldType.Enum)
            Compare(before.EnumType, after.EnumType);

        static string Place(string preposition, FieldDescriptor field) =>
            field.RealContainingOneof is { } oneof ? $"{preposition} the oneof {oneof.Name} " : "";
    }

    private void Compare(EnumDescriptor before, EnumDescriptor after)
    {
        if (!_seen.Add(before.FullName))
            return;

        var reserved = after.ToProto().ReservedRange;
        foreach (var range in before.ToProto().ReservedRange)
        {
            if (!reserved.Any(kept => kept.Start <= range.Start && range.End <= kept.End))
                AddFreed(before, range.Start, range.End);
        }

        foreach (var value in before.Values)
        {
            var now = after.Values.Where(candidate => candidate.Number == value.Number).ToList();
            if (now.Count == 0 && !reserved.Any(range => range.Start <= value.Number && value.Number <= range.End))
                Add(value, $"is gone, and its number {value.Number} is not reserved");
            else if (now.Count > 0 && now.All(candidate => candidate.Name != value.Name))
                Add(value, $"its number {value.Number} is now {now[0].Name}");
        }
    }

    /// <summary>Types whose values read as the other's (protobuf, Updating A Message Type).</summary>
    private static bool IsCompatible(FieldType before, FieldType after) => before == after || (before, after) switch
    {
        (FieldType.String, FieldType.Bytes) => true,
        _ => GroupOf(before) is { } group && group == GroupOf(after),
    };

    private static int? GroupOf(FieldType type) => type switch
    {
        FieldType.Int32 or FieldType.UInt32 or FieldType.Int64 or FieldType.UInt64 or FieldType.Bool => 0,
        FieldType.SInt32 or FieldType.SInt64 => 1,
        FieldType.Fixed32 or FieldType.SFixed32 => 2,
        FieldType.Fixed64 or FieldType.SFixed64 => 3,
        _ => null,
    };

    private static bool IsLengthDelimited(FieldType type) => type is FieldType.String or FieldType.Bytes or FieldType.Message;

    private static string NameOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var type => type.ToString().ToLowerInvariant(),
    };

    private static MethodOptions.Types.IdempotencyLevel LevelOf(MethodDescriptor method) =>
        method.GetOptions()?.IdempotencyLevel ?? MethodOptions.Types.IdempotencyLevel.IdempotencyUnknown;

    private void AddFreed(IDescriptor element, int first, int last) =>
        Add(element, first == last ? $"its number {first} is no longer reserved" : $"its numbers {first} to {last} are no longer all reserved");

    private void Add(IDescriptor element, string change) => _found.Add($"{element.FullName}: {change}");
}
