using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

/// <summary>The headers of the Connect protocol.</summary>
internal static class ConnectHeaders
{
    public const string ProtocolVersion = "connect-protocol-version";
    public const string TimeoutMs = "connect-timeout-ms";
    public const string ContentEncoding = "connect-content-encoding";
    public const string AcceptEncoding = "connect-accept-encoding";

    private const string SupportedVersion = "1";

    /// <exception cref="RpcException">The request says it is of another version of the protocol.</exception>
    public static void CheckVersion(IHeaderDictionary headers)
    {
        string? version = headers[ProtocolVersion];
        if (!string.IsNullOrEmpty(version) && version != SupportedVersion)
            throw new RpcException(Errors.UnsupportedVersion(ProtocolVersion, version, SupportedVersion));
    }

    /// <summary>What the client accepts: what it says or else what it uses itself.</summary>
    public static string? Accepted(string? accepted, string? used) => string.IsNullOrEmpty(accepted) ? used : accepted;
}
