using System.Net;
using EndToEnd;
using Gateway.Streaming;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddMachineGateway(options =>
        {
            options.Ingress = machines.Address;
            options.Admin = machines.Address;
            options.Upstream.Http1Connections = 0;
            options.Descriptors.Add(descriptors);
            configure(options.Streams);
        });
        var app = builder.Build();
        app.MapMachineGateway();
        await app.StartAsync();
        return new StreamingGateway(app, descriptors, new GrpcClient(new Uri(app.Urls.Single()), "orders.v1.OrderService"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        File.Delete(_descriptors);
    }
}
