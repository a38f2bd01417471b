namespace Rpc.Internal.Protocols;

/// <summary>Content types of the form <c>type[+codec][;parameters]</c>.</summary>
internal static class ContentTypes
{
    /// <summary>Whether the value is of that type; the codec is empty where the value names none.</summary>
    public static bool Matches(string? value, string type, out ReadOnlySpan<char> codec)
    {
        codec = default;
        if (value is null || !value.StartsWith(type, StringComparison.OrdinalIgnoreCase))
            return false;

        var rest = value.AsSpan(type.Length);
        var parameters = rest.IndexOf(';');
        if (parameters >= 0)
            rest = rest[..parameters];
        rest = rest.TrimEnd();
        if (rest.IsEmpty)
            return true;
        if (rest[0] != '+')
            return false;

        codec = rest[1..];
        return true;
    }
}
