using System.Buffers;
using System.Text;

namespace Rpc.Internal.Protocols;

/// <summary>The encoding of <c>grpc-message</c>: printable ASCII but '%' as it is, every other byte of the UTF-8 text as %XX.</summary>
internal static class PercentEncoding
{
    private const string Hex = "0123456789ABCDEF";

    private static readonly SearchValues<char> Unencoded = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')]);

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Unencoded))
            return text;

        var encoded = new StringBuilder(text.Length * 2);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (Unencoded.Contains((char)value))
                encoded.Append((char)value);
            else
                encoded.Append('%').Append(Hex[value >> 4]).Append(Hex[value & 0xF]);
        }

        return encoded.ToString();
    }
}
