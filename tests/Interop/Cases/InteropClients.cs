namespace Interop.Cases;

/// <summary>The table's columns.</summary>
internal static class InteropClients
{
    /// <summary>Over HTTP/1.1 the answer follows the request.</summary>
    private static readonly string[] NeedDuplex = ["ping_pong", "empty_stream"];

    /// <summary>fetch sends a body as a whole, and does not compress it; compressed messages are for it to ask for, which only a unary Connect call does.</summary>
    private static readonly string[] BeyondFetch =
        [.. NeedDuplex, "client_compressed_unary", "client_streaming", "client_compressed_streaming", "server_compressed_streaming", "cancel_after_begin"];

    public static IReadOnlyList<InteropClient> All { get; } =
    [
        ScriptClient.GrpcJs,
        ScriptClient.ConnectNode("grpc", "2", "proto", "cacheable_unary"),
        ScriptClient.ConnectNode("grpc-web", "2", "proto", "cacheable_unary"),
        ScriptClient.ConnectNode("grpc-web", "1.1", "proto", [.. NeedDuplex, "cacheable_unary"]),
        ScriptClient.ConnectNode("connect", "2", "proto"),
        ScriptClient.ConnectNode("connect", "1.1", "json", NeedDuplex),
        ScriptClient.Grpcio,
        ScriptClient.GrpcGo,
        new BrowserClient("grpc-web", "proto", [.. BeyondFetch, "cacheable_unary", "server_compressed_unary"]),
        new BrowserClient("connect", "proto", BeyondFetch),
        new BrowserClient("connect", "json", BeyondFetch),
    ];

    public static InteropClient Get(string name) => All.Single(client => client.Name == name);
}
