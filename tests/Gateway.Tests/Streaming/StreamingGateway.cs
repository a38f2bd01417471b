using EndToEnd;
using Gateway.Streaming;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orders.V1;

namespace Gateway.Tests.Streaming;

/// <summary>A gateway in front of <see cref="FakeMachines"/>, with a client.</summary>
internal sealed class StreamingGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _descriptors;

    private StreamingGateway(WebApplication app, string descriptors, GrpcClient client)
    {
        _app = app;
        _descriptors = descriptors;
        Client = client;
    }

    public GrpcClient Client { get; }

    public InstanceFeeds Feeds => _app.Services.GetRequiredService<InstanceFeeds>();

    public static async Task<StreamingGateway> StartAsync(FakeMachines machines, Action<StreamOptions> configure)
    {
        var descriptors = Path.GetTempFileName();
        await File.WriteAllBytesAsync(descriptors, Tests.Orders.SetOf(OrdersReflection.Descriptor).ToByteArray());
        var port = ChildProcess.FreePort();
        var app = MachineGatewayApplication.Create([], options =>
        {
            options.Ingress = machines.Address;
            options.Admin = machines.Address;
            options.Descriptors.Clear();
            options.Descriptors.Add(descriptors);
            options.GrpcPort = port;
            options.HttpPort = ChildProcess.FreePort();
            configure(options.Streams);
        });
        await app.StartAsync();
        return new StreamingGateway(app, descriptors, new GrpcClient(new Uri($"http://127.0.0.1:{port}"), "orders.v1.OrderService"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        File.Delete(_descriptors);
    }
}
