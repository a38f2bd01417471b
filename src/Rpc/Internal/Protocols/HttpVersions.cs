using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

internal static class HttpVersions
{
    /// <summary>Whether request and response may overlap and trailers may follow: HTTP/2 and later.</summary>
    public static bool HasStreams(string protocol) => !HttpProtocol.IsHttp11(protocol) && !HttpProtocol.IsHttp10(protocol);
}
