namespace Restate.Sdk.Protocol;

/// <summary>A terminal failure on the wire.</summary>
internal sealed record Failure(uint Code, string Message, IReadOnlyDictionary<string, string> Metadata)
{
    public static Failure Of(TerminalException exception) => new(exception.Code, ExceptionText.MessageOf(exception), exception.Metadata);

    public static Failure Decode(ProtoReader reader)
    {
        uint code = 0;
        var message = "";
        Dictionary<string, string>? metadata = null;
        while (reader.ReadField())
        {
            switch (reader.Field)
            {
                case 1:
                    code = reader.ReadUInt32();
                    break;
                case 2:
                    message = reader.ReadString();
                    break;
                case 3:
                    (var key, var value) = Header.Decode(reader.ReadMessage());
                    (metadata ??= [])[key] = value;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new Failure(code, message, metadata ?? EmptyMap.Strings);
    }

    public void Encode(FrameWriter writer, int field, ProtocolVersion version)
    {
        var start = writer.BeginMessage(field);
        writer.UInt64(1, Code);
        writer.String(2, Message);
        if (version >= ProtocolVersion.V6)
            Header.EncodeAll(writer, 3, Metadata);
        writer.EndMessage(start);
    }

    /// <summary>The exception user code gets to see.</summary>
    public TerminalException ToException() =>
        new(Code is > 0 and <= ushort.MaxValue ? (ushort)Code : ProtocolErrorCode.Internal, Message, Metadata);
}
