namespace Restate.Sdk.Protocol;

/// <summary>A pair of strings on the wire: headers and failure metadata have this shape.</summary>
internal static class Header
{
    public static (string Key, string Value) Decode(ProtoReader reader)
    {
        string key = "", value = "";
        while (reader.ReadField())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.ReadString();
                    break;
                case 2:
                    value = reader.ReadString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (key, value);
    }

    /// <summary>Writes the pairs in the order of their keys, so that a replay writes the same bytes.</summary>
    public static void EncodeAll(FrameWriter writer, int field, IReadOnlyDictionary<string, string> pairs)
    {
        if (pairs.Count == 0)
            return;

        foreach ((var key, var value) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var start = writer.BeginMessage(field);
            writer.String(1, key);
            writer.String(2, value);
            writer.EndMessage(start);
        }
    }
}
