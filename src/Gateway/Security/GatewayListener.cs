using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Where the gateway application listens, and how its connections are secured.</summary>
internal sealed partial class GatewayListener(IOptions<GatewayOptions> options, TimeProvider time, ILogger<GatewayListener> logger)
    : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>More than the largest metadata there may be, so that what is larger is read, and refused.</summary>
    private const int MostHeaders = 4 * LimitOptionsValidator.MostMetadata;

    public void Configure(KestrelServerOptions kestrel)
    {
        var gateway = options.Value;

        // It would open whatever endpoints somebody writes into the configuration while the gateway runs.
        kestrel.ConfigurationLoader = null;

        // Who serves is nobody's business, and would be part of every answer.
        kestrel.AddServerHeader = false;

        // Kestrel ends a connection of HTTP/2, with all its calls, over a header that is not UTF-8; this puts U+FFFD for what is not.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.UTF8;

        // How large metadata may be is for MaxMetadataSize to say. Beyond its own limits Kestrel answers in no client's protocol, and over one
        // header it ends the connection of HTTP/2 with all its calls.
        kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaders;
        kestrel.Limits.MaxRequestHeaderCount = MostHeaders / LimitOptionsValidator.HeaderOverhead;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MostHeaders;
        kestrel.Limits.Http2.MaxStreamsPerConnection = gateway.Limits.MaxStreamsPerConnection;
        WarnOfOpenDoors(gateway);
        if (gateway.Tls.IsEnabled)
        {
            var files = TlsFiles.Open(gateway.Tls, time, logger);
            Listen(kestrel, gateway.GrpcPort, HttpProtocols.Http1AndHttp2, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult<SslServerAuthenticationOptions>(files.Value),
            }));
        }
        else
        {
            // In clear text a port speaks either HTTP/2 or HTTP/1.1.
            Listen(kestrel, gateway.GrpcPort, HttpProtocols.Http2);
            Listen(kestrel, gateway.HttpPort, HttpProtocols.Http1);
        }
    }

    private void Listen(KestrelServerOptions kestrel, int port, HttpProtocols protocols, Action<ListenOptions>? configure = null)
    {
        if (options.Value.Listen.Count == 0)
            kestrel.ListenLocalhost(port, Configure);
        foreach (var address in options.Value.Listen)
            kestrel.Listen(IPAddress.Parse(address), port, Configure);

        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            configure?.Invoke(listen);
        }
    }

    private void WarnOfOpenDoors(GatewayOptions gateway)
    {
        if (!gateway.IsReachable)
            return;

        if (!GatewayAuthentication.IsConfigured(gateway))
            LogAnonymous(string.Join(", ", gateway.Listen));
        if (!gateway.Tls.IsEnabled)
            LogClearText(string.Join(", ", gateway.Listen));
    }

    [LoggerMessage(LogLevel.Warning, "Listening on {Addresses} without authentication: whoever reaches this machine may use every machine it serves, within the authorization rules")]
    private partial void LogAnonymous(string addresses);

    [LoggerMessage(LogLevel.Warning, "Listening on {Addresses} without TLS: calls and credentials can be read on the way, unless something before the gateway secures them")]
    private partial void LogClearText(string addresses);
}
