using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Rpc;
using Rpc.Tests.Interop;

namespace Interop.Cases;

/// <summary>The service of gRPC's interop cases on Kestrel: all that Rpc speaks, open to pages of any origin.</summary>
public sealed class InteropServer : IAsyncLifetime
{
    /// <summary>A response header of ours: by which HTTP method the request came.</summary>
    private const string HttpMethod = "x-http-method";

    private static readonly string[] Metadata = ["x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"];

    private readonly string _descriptors = Path.GetTempFileName();
    private readonly WebApplication _app = Build();

    /// <summary>Where it speaks HTTP/2, without TLS.</summary>
    internal Uri Http2 { get; private set; } = null!;

    /// <summary>Where it speaks HTTP/1.1.</summary>
    internal Uri Http1 { get; private set; } = null!;

    /// <summary>A file that holds the service's <see cref="FileDescriptorSet"/>.</summary>
    internal string Descriptors => _descriptors;

    public async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(_descriptors, new FileDescriptorSet { File = { Describe(TestReflection.Descriptor) } }.ToByteArray());
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        (Http2, Http1) = (new Uri(addresses[0]), new Uri(addresses[1]));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        File.Delete(_descriptors);
    }

    /// <summary>With the JSON names, which a compiler fills in for its plugins, and the generated code leaves out.</summary>
    private static FileDescriptorProto Describe(FileDescriptor file)
    {
        var description = file.ToProto();
        foreach (var (message, type) in description.MessageType.Zip(file.MessageTypes))
        {
            foreach (var field in message.Field)
                field.JsonName = type.FindFieldByNumber(field.Number).JsonName;
        }

        return description;
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.AllowAnyOrigin().WithRpc()
            .WithHeaders(Metadata)
            .WithExposedHeaders([.. Metadata, .. Metadata.Select(name => $"trailer-{name}"), HttpMethod])));
        builder.Services.AddRpc().AddRpcJson().AddRpcReflection();
        var app = builder.Build();
        app.Use((http, next) =>
        {
            http.Response.Headers[HttpMethod] = http.Request.Method;
            return next(http);
        });
        app.UseRouting().UseCors();
        app.MapRpc();
        app.Services.GetRequiredService<RpcServiceRegistry>().Replace([InteropService.Create()]);
        return app;
    }
}
