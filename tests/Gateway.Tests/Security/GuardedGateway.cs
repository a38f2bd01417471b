using Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orders.V1;

namespace Gateway.Tests.Security;

/// <summary>The gateway as its executable runs it, with the services of orders.proto, before a <see cref="FakeRestate"/>.</summary>
internal sealed class GuardedGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GuardedGateway(FakeRestate restate, WebApplication app, int grpcPort, int httpPort)
    {
        Restate = restate;
        _app = app;
        GrpcPort = grpcPort;
        Client = new ProtocolClient(new Uri($"http://127.0.0.1:{grpcPort}"), new Uri($"http://127.0.0.1:{httpPort}"));
    }

    public FakeRestate Restate { get; }

    public int GrpcPort { get; }

    /// <summary>Speaks clear text.</summary>
    public ProtocolClient Client { get; }

    /// <param name="settings">Of the configuration section <c>Gateway</c>: <c>Limits:MaxKeyLength=3</c>.</param>
    public static async Task<GuardedGateway> StartAsync(params string[] settings)
    {
        var restate = await FakeRestate.StartAsync();
        restate.Publish("order", OrdersReflection.Descriptor);
        restate.OnCall = AnswerAsync;
        (var grpcPort, var httpPort) = (FreePorts.Next(), FreePorts.Next());
        var app = MachineGatewayApplication.Create(
            [.. settings.Select(setting => $"--Gateway:{setting}"), "--Logging:LogLevel:Default=None"],
            gateway =>
            {
                gateway.Ingress = restate.Ingress;
                gateway.Admin = restate.Admin;
                gateway.Upstream.Http1Connections = 0;
                gateway.RetryTimeout = TimeSpan.FromSeconds(5);
                gateway.GrpcPort = grpcPort;
                gateway.HttpPort = httpPort;
            });
        await app.StartAsync();
        return new GuardedGateway(restate, app, grpcPort, httpPort);
    }

    /// <summary>An event sent, which the machine would take.</summary>
    public Task<ProtocolAnswer> SendAsync(Protocol protocol, string key, params (string Name, string Value)[] headers) =>
        Client.CallAsync(protocol, "orders.v1.OrderService/Send", SendRequest(key), headers);

    public static SendRequest SendRequest(string key) => new() { Key = key, Event = new OrderEvent { Submit = new Submit() } };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Restate.DisposeAsync();
    }

    /// <summary>A machine that takes everything, and never comes to what is waited for.</summary>
    private static async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path.Value!.EndsWith("/waitFor", StringComparison.Ordinal))
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        await http.Response.WriteAsync(FakeRestate.Snapshot);
    }
}
