using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Rpc.Internal;

/// <summary>Has Kestrel send keepalive PINGs, unless it has been told so by itself.</summary>
internal sealed class KestrelKeepAlive(IOptions<RpcOptions> options) : IPostConfigureOptions<KestrelServerOptions>
{
    public void PostConfigure(string? name, KestrelServerOptions kestrel)
    {
        var http2 = kestrel.Limits.Http2;
        if (http2.KeepAlivePingDelay != TimeSpan.MaxValue)
            return;

        http2.KeepAlivePingDelay = options.Value.KeepAlivePingDelay;
        http2.KeepAlivePingTimeout = options.Value.KeepAlivePingTimeout;
    }
}
