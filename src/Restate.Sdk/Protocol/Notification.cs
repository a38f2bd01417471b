namespace Restate.Sdk.Protocol;

/// <summary>The result that a notification carries: a completion's or a signal's.</summary>
internal sealed class Notification
{
    public static readonly Notification Void = new();

    /// <summary>The value; null when the result is something else.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    public Failure? Failure { get; init; }

    public string? InvocationId { get; init; }

    public IReadOnlyList<string>? StateKeys { get; init; }

    public bool IsFailure => Failure is not null;

    /// <summary>Reads any notification: they all share one shape.</summary>
    public static (NotificationId Id, Notification Result) Decode(ReadOnlyMemory<byte> message)
    {
        NotificationId? id = null;
        Notification? result = null;
        var reader = new ProtoReader(message);
        while (reader.ReadField())
        {
            switch (reader.Field)
            {
                case 1:
                    id = NotificationId.Completion(reader.ReadUInt32());
                    break;
                case 2:
                    id = NotificationId.Signal(reader.ReadUInt32());
                    break;
                case 3:
                    id = NotificationId.NamedSignal(reader.ReadString());
                    break;
                case 4:
                    reader.ReadBytes();
                    result = Void;
                    break;
                case 5:
                    result = new Notification { Value = DecodeValue(reader.ReadMessage()) };
                    break;
                case 6:
                    result = new Notification { Failure = Failure.Decode(reader.ReadMessage()) };
                    break;
                case 16:
                    result = new Notification { InvocationId = reader.ReadString() };
                    break;
                case 17:
                    result = new Notification { StateKeys = DecodeKeys(reader.ReadMessage()) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (id ?? throw ProtocolException.Violation("A notification has no id."),
            result ?? throw ProtocolException.Violation("A notification has no result."));
    }

    public static ReadOnlyMemory<byte> DecodeValue(ProtoReader reader)
    {
        ReadOnlyMemory<byte> content = default;
        while (reader.ReadField())
        {
            if (reader.Field == 1)
                content = reader.ReadBytes();
            else
                reader.Skip();
        }

        return content;
    }

    public static IReadOnlyList<string> DecodeKeys(ProtoReader reader)
    {
        var keys = new List<string>();
        while (reader.ReadField())
        {
            if (reader.Field == 1)
                keys.Add(reader.ReadString());
            else
                reader.Skip();
        }

        return keys;
    }
}
