using System.Net;
using Gateway.Security;

namespace Gateway;

/// <summary>What the gateway talks to, where it listens, and how long it tries. Bound from the configuration section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Gateway";

    /// <summary>Restate's ingress, or <c>unix:///path/of/the/socket</c>. Default: <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Ingress { get; set; } = new("http://127.0.0.1:8080");

    /// <summary>Restate's admin API, where registered machines publish their descriptors. Default: <c>http://127.0.0.1:9070</c>.</summary>
    public Uri Admin { get; set; } = new("http://127.0.0.1:9070");

    /// <summary>
    /// Files with a serialized <c>google.protobuf.FileDescriptorSet</c>, as <c>buf build -o</c> writes them, for machines that publish none.
    /// A file that changes is read again within <see cref="PollInterval"/>; while it cannot be used, what it held before is served.
    /// </summary>
    public IList<string> Descriptors { get; } = [];

    /// <summary>The port that speaks gRPC; with TLS it speaks everything. Default: 50051.</summary>
    public int GrpcPort { get; set; } = 50051;

    /// <summary>The port that speaks HTTP/1.1: Connect, gRPC-Web and health. With TLS it is not opened. Default: 50052.</summary>
    public int HttpPort { get; set; } = 50052;

    /// <summary>How often the admin API and the descriptor files are asked for new, changed and removed machines. Default: 2 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a unary call without a deadline is retried while Restate cannot be reached. Default: 30 s.</summary>
    public TimeSpan RetryTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The IP addresses to listen on. Empty: loopback. Others need authentication, or <see cref="AllowAnonymous"/>.</summary>
    public IList<string> Listen { get; } = [];

    /// <summary>
    /// Whether to listen beyond loopback although callers need no credentials: for networks where everybody may do everything, or where
    /// something before the gateway decides who gets that far. Default: false.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// The origins whose pages may call with Connect or gRPC-Web, such as <c>https://shop.example</c>; <c>*</c> is all there are. Empty: no
    /// page but of the gateway's own origin.
    /// </summary>
    public IList<string> CorsOrigins { get; } = [];

    /// <summary>TLS.</summary>
    public GatewayTlsOptions Tls { get; } = new();

    /// <summary>How callers prove who they are.</summary>
    public GatewayAuthenticationOptions Authentication { get; } = new();

    /// <summary>Which caller may do what with which instances.</summary>
    public GatewayAuthorizationOptions Authorization { get; } = new();

    /// <summary>What a call, a connection and a caller may cost at most.</summary>
    public GatewayLimitOptions Limits { get; } = new();

    /// <summary>How long-lived calls behave.</summary>
    public StreamOptions Streams { get; } = new();

    /// <summary>How the gateway reaches Restate.</summary>
    public UpstreamOptions Upstream { get; } = new();

    /// <summary>Whether other machines can reach the gateway.</summary>
    internal bool IsReachable => Listen.Any(address => IPAddress.TryParse(address, out var ip) && !IPAddress.IsLoopback(ip));
}
