using Rpc;

namespace Gateway.Telemetry;

/// <summary>What the measurements of a method's calls are tagged with (OpenTelemetry's conventions for RPC), made once and not for each call.</summary>
/// <param name="service">The service's full name.</param>
/// <param name="method">The method's name.</param>
internal sealed class CallTags(string service, string method)
{
    public const string Grpc = "grpc";
    public const string Connect = "connect_rpc";

    private readonly KeyValuePair<string, object?>[][] _grpc = EndedOf(Grpc, service, method);
    private readonly KeyValuePair<string, object?>[][] _connect = EndedOf(Connect, service, method);

    public string Service => service;

    public string Method => method;

    /// <summary>Of a stream, while it is open.</summary>
    public KeyValuePair<string, object?>[] Open { get; } = [new("rpc.service", service), new("rpc.method", method)];

    /// <summary>Of a call that has ended.</summary>
    /// <param name="system"><see cref="Grpc"/> or <see cref="Connect"/>.</param>
    /// <param name="code">How it ended.</param>
    public KeyValuePair<string, object?>[] Ended(string system, StatusCode code) => (system == Grpc ? _grpc : _connect)[(int)code];

    private static KeyValuePair<string, object?>[][] EndedOf(string system, string service, string method) =>
    [
        .. Enum.GetValues<StatusCode>().Select(code => new KeyValuePair<string, object?>[]
        {
            new("rpc.system", system),
            new("rpc.service", service),
            new("rpc.method", method),
            new("rpc.grpc.status_code", (int)code),
        }),
    ];
}
