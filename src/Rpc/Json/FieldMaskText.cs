namespace Rpc.Json;

/// <summary>
/// The JSON form of a path of google.protobuf.FieldMask: lowerCamelCase, where the message has snake_case. Paths that would
/// not come back as they were are refused.
/// </summary>
internal static class FieldMaskText
{
    /// <param name="path">The path in snake_case.</param>
    /// <param name="text">Room for as many bytes as the path has.</param>
    /// <param name="length">How many bytes were written.</param>
    public static bool TryFormat(ReadOnlySpan<byte> path, Span<byte> text, out int length)
    {
        length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c is >= (byte)'A' and <= (byte)'Z')
                return false;
            if (c == '_')
            {
                if (++i == path.Length || path[i] is < (byte)'a' or > (byte)'z')
                    return false;
                c = (byte)(path[i] - 'a' + 'A');
            }

            text[length++] = c;
        }

        return true;
    }

    /// <param name="text">The path in lowerCamelCase.</param>
    /// <param name="path">Room for twice as many bytes as the text has.</param>
    /// <param name="length">How many bytes were written.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> path, out int length)
    {
        length = 0;
        foreach (var c in text)
        {
            if (c == '_')
                return false;
            if (c is >= (byte)'A' and <= (byte)'Z')
            {
                path[length++] = (byte)'_';
                path[length++] = (byte)(c - 'A' + 'a');
            }
            else
            {
                path[length++] = c;
            }
        }

        return true;
    }
}
