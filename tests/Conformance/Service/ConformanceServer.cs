using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conformance.Protos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Rpc;

namespace Conformance.Service;

/// <summary>The server under test, on a port for each version of HTTP without TLS, and on one for both with it.</summary>
public sealed class ConformanceServer : IAsyncLifetime
{
    /// <summary>What the suites' sizes are relative to.</summary>
    internal const int MessageLimit = 200 * 1024;

    private readonly WebApplication _app;
    private Uri[] _addresses = [];

    public ConformanceServer() => _app = Build();

    internal X509Certificate2 Certificate { get; } = CreateCertificate();

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        _addresses = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Certificate.Dispose();
    }

    internal Uri Address(HTTPVersion version, bool tls) => _addresses[tls ? 2 : version == HTTPVersion._2 ? 0 : 1];

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(Certificate);
            });
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddRpcJson().AddRpc(options =>
        {
            options.MaxReceiveMessageSize = MessageLimit;
            options.CompressResponses = true;
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapRpc();
        app.Services.GetRequiredService<RpcServiceRegistry>().Replace([ConformanceService.Create()]);
        return app;
    }
}
