using System.Buffers.Text;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

/// <summary>Custom metadata as HTTP headers: ASCII as it is, bytes as base64 without padding.</summary>
internal static class MetadataHeaders
{
    /// <summary>Headers of HTTP and of the protocols, which are no metadata.</summary>
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "connection", "content-encoding", "content-length", "content-type", "host", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsReserved(string name)
        => name.StartsWith(':')
            || name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("connect-", StringComparison.OrdinalIgnoreCase)
            || Reserved.Contains(name);

    /// <summary>
    /// The metadata among the request's headers. Values that are no valid metadata are left out, so that what a handler reads can
    /// always be sent on.
    /// </summary>
    public static RpcMetadata Read(IHeaderDictionary headers)
    {
        var metadata = new RpcMetadata();
        foreach (var (header, values) in headers)
        {
            if (IsReserved(header))
                continue;

            var name = header.ToLowerInvariant();
            foreach (var value in values)
            {
                if (value is null)
                    continue;
                if (RpcMetadata.IsBinaryName(name))
                    ReadBinary(metadata, name, value);
                else if (RpcMetadata.IsValidText(value))
                    metadata.AddReceived(name, value, default);
            }
        }

        return metadata;
    }

    public static void Write(RpcMetadata metadata, IHeaderDictionary headers, string prefix = "")
    {
        foreach (var entry in metadata)
            headers.Append(prefix + entry.Name, TextOf(entry));
    }

    public static string TextOf(RpcMetadataEntry entry) => entry.Text ?? ToBase64(entry.Bytes.Span);

    public static string ToBase64(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>Several values may have been joined with commas on the way.</summary>
    private static void ReadBinary(RpcMetadata metadata, string name, string joined)
    {
        foreach (var range in joined.AsSpan().Split(','))
        {
            if (FromBase64(joined.AsSpan(range).Trim()) is { } bytes)
                metadata.AddReceived(name, null, bytes);
        }
    }

    private static byte[]? FromBase64(ReadOnlySpan<char> text)
    {
        var unpadded = text.TrimEnd('=');
        var padded = new char[(unpadded.Length + 3) / 4 * 4];
        unpadded.CopyTo(padded);
        padded.AsSpan(unpadded.Length).Fill('=');
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        return Convert.TryFromBase64Chars(padded, bytes, out var length) ? bytes[..length] : null;
    }
}
