using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Auth.V1;
using Gateway.Descriptors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Support;

/// <summary>An ingress, of HTTP/2 only, and an admin API that say what a test wants them to.</summary>
internal sealed class FakeRestate : IAsyncDisposable
{
    public const string Snapshot = """{"status":"active","value":"idle","context":{},"tags":[],"version":"1","revision":1}""";

    private readonly WebApplication _app;

    private FakeRestate(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Admin = new Uri(addresses[0]);
        Ingress = addresses[1].StartsWith("http://unix:", StringComparison.Ordinal)
            ? new Uri("unix://" + addresses[1]["http://unix:".Length..])
            : new Uri(addresses[1]);
    }

    public Uri Admin { get; }

    public Uri Ingress { get; }

    /// <summary>While it is down, the ingress and its health answer 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>The calls of handlers that arrived, those that were refused included.</summary>
    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Whether somebody asked for the ingress' health.</summary>
    public int Probes { get; private set; }

    /// <summary>How often somebody asked for the machines.</summary>
    public int Polls { get; private set; }

    /// <summary>Answers a call of a handler.</summary>
    public RequestDelegate OnCall { get; set; } = http => http.Response.WriteAsync(Snapshot);

    /// <summary>The machines that publish descriptors, by name.</summary>
    public ConcurrentDictionary<string, string> Published { get; } = new();

    /// <summary>The handlers of each machine.</summary>
    public IReadOnlyList<string> Handlers { get; set; } = ["create", "send", "snapshot", "waitFor", "dispose", "sendAndWaitFor"];

    /// <summary>What the machines publish beside their descriptors.</summary>
    public ConcurrentDictionary<string, string> Metadata { get; } = new();

    /// <summary>The credentials that came last, by path.</summary>
    public ConcurrentDictionary<string, string> Credentials { get; } = new();

    public static async Task<FakeRestate> StartAsync(string? socket = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            if (socket is null)
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            else
                kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        FakeRestate? restate = null;
        app.Run(http => restate!.ServeAsync(http));
        await app.StartAsync();
        return restate = new FakeRestate(app);
    }

    /// <summary>Starts one that knows the auth machine.</summary>
    public static async Task<FakeRestate> StartWithAuthAsync(string? socket = null)
    {
        var restate = await StartAsync(socket);
        restate.Publish("auth", AuthReflection.Descriptor);
        return restate;
    }

    /// <summary>Is away for all calls of handlers but one, counted from 1.</summary>
    public void AnswerOnlyCall(int number) => OnCall = http =>
    {
        if (Calls.Count == number)
            return http.Response.WriteAsync(Snapshot);

        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    };

    /// <summary>Makes a machine known, with the service of this file.</summary>
    public void Publish(string machine, FileDescriptor file) => Publish(machine, Orders.SetOf(file));

    public void Publish(string machine, FileDescriptorSet set)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            set.WriteTo(gzip);
        Published[machine] = Convert.ToBase64String(compressed.ToArray());
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Credentials[path] = http.Request.Headers.Authorization.ToString();
        if (path == "/services")
        {
            Polls++;
            await http.Response.WriteAsJsonAsync(new { services = Published.Select(machine => Describe(machine.Key, machine.Value)) });
        }
        else if (path == "/restate/health")
        {
            Probes++;
            http.Response.StatusCode = IsDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        }
        else
        {
            using var body = new StreamReader(http.Request.Body, Encoding.UTF8);
            Calls.Enqueue(new Call(path, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), await body.ReadToEndAsync()));
            if (IsDown)
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else
                await OnCall(http);
        }
    }

    private object Describe(string name, string descriptors) => new
    {
        name,
        ty = "VirtualObject",
        revision = 1,
        deployment_id = "dp_1",
        @public = true,
        metadata = new Dictionary<string, string>(Metadata) { [DescriptorSets.MetadataKey] = descriptors },
        handlers = Handlers.Select(handler => new { name = handler, ty = "Exclusive", @public = true }),
    };

    public sealed record Call(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
}
