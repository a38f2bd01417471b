namespace Rpc.Internal.Protocols;

/// <summary>Content types of the form <c>type[+codec][;parameters]</c>.</summary>
internal static class ContentTypes
{
    /// <summary>Takes the parameters off.</summary>
    public static ReadOnlySpan<char> WithoutParameters(string? value)
    {
        var parameters = value.AsSpan().IndexOf(';');
        return parameters < 0 ? value : value.AsSpan(0, parameters).TrimEnd();
    }

    /// <summary>The value without its parameters.</summary>
    public static string Normalize(string value)
    {
        var name = WithoutParameters(value);
        return name.Length == value.Length ? value : name.ToString();
    }

    /// <summary>Whether the value is of that type; the codec is <c>proto</c> where the value names none.</summary>
    public static bool Matches(string? value, string type, out ReadOnlySpan<char> codec)
    {
        codec = default;
        var name = WithoutParameters(value);
        if (!name.StartsWith(type, StringComparison.OrdinalIgnoreCase))
            return false;

        var rest = name[type.Length..];
        if (!rest.IsEmpty && rest[0] != '+')
            return false;

        codec = rest.IsEmpty ? "proto" : rest[1..];
        return true;
    }
}
