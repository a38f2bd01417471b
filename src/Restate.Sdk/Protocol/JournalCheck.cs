using System.Text;

namespace Restate.Sdk.Protocol;

/// <summary>
/// Compares the command that the code asks for in a replay with the one in the journal, field by field, and says how they differ.
/// </summary>
internal static class JournalCheck
{
    /// <param name="type">The type of both commands.</param>
    /// <param name="journal">The journal's command.</param>
    /// <param name="code">The code's command.</param>
    /// <param name="checkPayloads">False to let values differ, for serializers whose bytes vary.</param>
    /// <returns>Null when they match, else the differences.</returns>
    public static string? Compare(MessageType type, ReadOnlyMemory<byte> journal, ReadOnlyMemory<byte> code, bool checkPayloads)
    {
        if (journal.Span.SequenceEqual(code.Span))
            return null;

        List<WireField> journalFields = Read(journal), codeFields = Read(code);
        var differences = new StringBuilder();
        foreach (var field in journalFields.Concat(codeFields).Select(f => f.Number).Distinct().Order())
        {
            var rule = RuleOf(type, field);
            if (rule.IsVolatile || (rule.IsPayload && !checkPayloads))
                continue;

            var left = journalFields.Where(f => f.Number == field).ToList();
            var right = codeFields.Where(f => f.Number == field).ToList();
            if (left.Count == right.Count && left.Zip(right).All(pair => pair.First.SameValue(pair.Second)))
                continue;

            if (differences.Length > 0)
                differences.Append(", ");
            differences.Append(rule.Name).Append(": journal ").Append(Show(left, rule)).Append(", code ").Append(Show(right, rule));
        }

        return differences.Length == 0 ? null : differences.ToString();
    }

    private static List<WireField> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<WireField>();
        var reader = new ProtoReader(message);
        while (reader.ReadField())
        {
            switch (reader.WireType)
            {
                case WireType.Varint:
                    fields.Add(new WireField(reader.Field, reader.ReadUInt64(), default, IsBytes: false));
                    break;
                case WireType.LengthDelimited:
                    fields.Add(new WireField(reader.Field, 0, reader.ReadBytes(), IsBytes: true));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // A scalar that has its default value is as good as absent.
        fields.RemoveAll(field => field.IsDefault);
        return fields;
    }

    private static string Show(List<WireField> fields, FieldRule rule)
    {
        if (fields.Count == 0)
            return "none";
        return string.Join("+", fields.Select(field => field switch
        {
            { IsBytes: false } => field.Scalar.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ when rule.IsPayload => $"{field.Bytes.Length} bytes",
            _ => $"'{Encoding.UTF8.GetString(field.Bytes.Span)}'",
        }));
    }

    private static FieldRule RuleOf(MessageType type, int field) => (type, field) switch
    {
        (_, 12) => new("name"),
        (MessageType.SleepCommand, 1) => new("wake-up time") { IsVolatile = true },
        (MessageType.OneWayCallCommand, 4) => new("start time") { IsVolatile = true },
        (MessageType.CallCommand or MessageType.OneWayCallCommand, 1) => new("service"),
        (MessageType.CallCommand or MessageType.OneWayCallCommand, 2) => new("handler"),
        (MessageType.CallCommand or MessageType.OneWayCallCommand, 3) => new("input") { IsPayload = true },
        (MessageType.CallCommand, 4) or (MessageType.OneWayCallCommand, 5) => new("headers"),
        (MessageType.CallCommand, 5) or (MessageType.OneWayCallCommand, 6) => new("key"),
        (MessageType.CallCommand, 6) or (MessageType.OneWayCallCommand, 7) => new("idempotency key"),
        (MessageType.SetStateCommand, 3) => new("value") { IsPayload = true },
        (MessageType.SetStateCommand or MessageType.ClearStateCommand or MessageType.GetLazyStateCommand, 1) => new("state key"),
        (MessageType.OutputCommand, 14) => new("value") { IsPayload = true },
        (MessageType.OutputCommand, 15) => new("failure"),
        (MessageType.CompleteAwakeableCommand, 1) => new("awakeable id"),
        (MessageType.CompleteAwakeableCommand, 2) => new("value") { IsPayload = true },
        (MessageType.CompleteAwakeableCommand, 3) => new("failure"),
        (MessageType.SendSignalCommand, 1) => new("invocation id"),
        (MessageType.SendSignalCommand, 2) => new("signal"),
        (MessageType.SendSignalCommand, 3) => new("signal name"),
        (MessageType.SendSignalCommand, 5) => new("value") { IsPayload = true },
        (MessageType.AttachInvocationCommand or MessageType.GetInvocationOutputCommand, 1) => new("invocation id"),
        (_, 10) => new("invocation id's completion"),
        (_, 11) => new("completion"),
        _ => new($"field {field}"),
    };

    private sealed record FieldRule(string Name)
    {
        /// <summary>Differs from attempt to attempt; the journal's value counts.</summary>
        public bool IsVolatile { get; init; }

        /// <summary>User data, which is not shown.</summary>
        public bool IsPayload { get; init; }
    }

    private sealed record WireField(int Number, ulong Scalar, ReadOnlyMemory<byte> Bytes, bool IsBytes)
    {
        public bool IsDefault => !IsBytes && Scalar == 0;

        public bool SameValue(WireField other) =>
            IsBytes == other.IsBytes && Scalar == other.Scalar && Bytes.Span.SequenceEqual(other.Bytes.Span);
    }
}
