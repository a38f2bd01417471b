namespace Restate.Sdk.Protocol;

/// <summary>The first command of every journal: the request.</summary>
internal sealed record InputCommand(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Value)
{
    public static InputCommand Decode(ReadOnlyMemory<byte> message)
    {
        Dictionary<string, string>? headers = null;
        ReadOnlyMemory<byte> value = default;
        var reader = new ProtoReader(message);
        while (reader.ReadField())
        {
            switch (reader.Field)
            {
                case 1:
                    (var key, var content) = Header.Decode(reader.ReadMessage());
                    (headers ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase))[key] = content;
                    break;
                case 14:
                    value = Notification.DecodeValue(reader.ReadMessage());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new InputCommand(headers ?? EmptyMap.Strings, value);
    }
}
