using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Rpc;

/// <summary>CORS for pages that call with gRPC-Web or Connect.</summary>
public static class RpcCorsPolicyBuilderExtensions
{
    private static readonly string[] Methods = ["GET", "POST"];

    private static readonly string[] RequestHeaders =
    [
        "authorization", "connect-accept-encoding", "connect-content-encoding", "connect-protocol-version", "connect-timeout-ms", "content-encoding",
        "content-type", "grpc-accept-encoding", "grpc-encoding", "grpc-timeout", "x-grpc-web", "x-user-agent",
    ];

    private static readonly string[] ResponseHeaders =
    [
        "connect-accept-encoding", "connect-content-encoding", "content-encoding", "grpc-accept-encoding", "grpc-encoding", "grpc-message", "grpc-status",
        "grpc-status-details-bin",
    ];

    /// <summary>
    /// Allows the methods and headers of the protocols and exposes what they answer with. Origins stay as they are (closed, unless
    /// you open them), and so do the names of metadata of your own.
    /// </summary>
    public static CorsPolicyBuilder WithRpc(this CorsPolicyBuilder policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.WithMethods(Methods).WithHeaders(RequestHeaders).WithExposedHeaders(ResponseHeaders);
    }
}
