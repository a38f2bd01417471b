using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Client;
using Restate.Sdk.Hosting;
using Restate.Sdk.Server;

namespace Restate.Sdk.Tests.Server;

/// <summary>A real server and an endpoint with the test services, shared by a class of scenarios.</summary>
public abstract class RestateFixture : IAsyncLifetime
{
    private RestateServer? _server;
    private WebApplication? _app;

    public IngressClient Ingress { get; private set; } = null!;

    public AdminClient Admin { get; private set; } = null!;

    public RestateServer Server => _server!;

    public Uri Endpoint => new(_app!.Urls.Single());

    public LogRecorder Log { get; } = new();

    protected virtual IReadOnlyDictionary<string, string> ServerEnvironment => new Dictionary<string, string>();

    protected virtual HttpProtocols Protocols => HttpProtocols.Http2;

    protected virtual void Configure(RestateEndpointOptions options)
    {
    }

    public async Task InitializeAsync()
    {
        var data = Path.Combine(Path.GetTempPath(), $"restate-sdk-{Guid.NewGuid():n}");
        var starting = RestateServer.StartAsync(new RestateServerOptions
        {
            IngressPort = 0,
            AdminPort = 0,
            NodePort = 0,
            DataDirectory = data,
            Environment = ServerEnvironment,
        });
        _app = await StartEndpointAsync("http://127.0.0.1:0");
        _server = await starting;
        Ingress = new IngressClient(new IngressOptions { Address = _server.IngressAddress });
        Admin = new AdminClient(new AdminOptions { Address = _server.AdminAddress });
        await Admin.RegisterDeploymentAsync(Endpoint, new DeploymentRegistration { UseHttp11 = Protocols == HttpProtocols.Http1 });
    }

    public async Task DisposeAsync()
    {
        Ingress.Dispose();
        Admin.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
            Directory.Delete(_server.DataDirectory, recursive: true);
        }

        if (_app is not null)
            await _app.DisposeAsync();
    }

    /// <summary>Ends the endpoint, attempts and all, and starts it again in its place.</summary>
    public async Task RestartEndpointAsync()
    {
        var url = Endpoint.ToString();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app!.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _app = await StartEndpointAsync(url);
    }

    private async Task<WebApplication> StartEndpointAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = Protocols));
        builder.Services.AddRestateEndpoint(Configure);
        var app = builder.Build();
        app.MapRestateEndpoint(TestServices.All);
        await app.StartAsync();
        return app;
    }
}

/// <summary>Answers stream into running attempts.</summary>
public sealed class StreamingFixture : RestateFixture;

/// <summary>The server suspends at every await, so that every handler is replayed.</summary>
public sealed class AlwaysReplayFixture : RestateFixture
{
    protected override IReadOnlyDictionary<string, string> ServerEnvironment =>
        new Dictionary<string, string> { ["RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT"] = "0s" };
}

/// <summary>Every await ends the attempt.</summary>
public sealed class RequestResponseFixture : RestateFixture
{
    protected override void Configure(RestateEndpointOptions options) => options.BidirectionalStreaming = false;
}

/// <summary>The server speaks protocol V7, which it does only when asked to.</summary>
public sealed class ProtocolV7Fixture : RestateFixture
{
    protected override IReadOnlyDictionary<string, string> ServerEnvironment =>
        new Dictionary<string, string> { ["RESTATE_EXPERIMENTAL_ENABLE_PROTOCOL_V7"] = "true" };
}
