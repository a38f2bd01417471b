using System.Buffers;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Rpc.Benchmarks;

/// <summary>The servers that this program is itself, each in a process of its own.</summary>
internal static class Servers
{
    /// <summary>Where a server tells how many bytes it has allocated.</summary>
    public const string AllocatedPath = "/allocated";

    /// <summary>Serves until the process is killed; prints the port.</summary>
    public static async Task RunAsync(string kind)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore().AddRpc();
        await using var app = builder.Build();
        app.Map(AllocatedPath, allocated => allocated.Run(
            http => http.Response.WriteAsync(GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture))));
        if (kind == "rpc")
        {
            app.Services.GetRequiredService<RpcServiceRegistry>().Replace([Service()]);
            app.UseRouting();
            app.MapRpc();
        }
        else
        {
            app.Run(kind == "trailers" ? AnswerWithTrailersAsync : AnswerAsync);
        }

        await app.StartAsync();
        Console.WriteLine(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port);
        await app.WaitForShutdownAsync();
    }

    private static RpcService Service()
    {
        var message = new byte[Workload.StreamMessageSize];
        return new RpcService(
            Workload.Service,
            [
                new RpcMethod("Echo", RpcMethodType.Unary, async call => await call.WriteAsync((await call.ReadAsync())!.Value)),
                new RpcMethod("Stream", RpcMethodType.ServerStreaming, async call =>
                {
                    await call.ReadAsync();
                    for (var i = 0; i < Workload.StreamMessages; i++)
                        await call.WriteAsync(message);
                }),
            ],
            null);
    }

    /// <summary>The same with the header and the trailer that gRPC adds to each response: what the protocol costs on the wire.</summary>
    private static async Task AnswerWithTrailersAsync(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        await AnswerAsync(http);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>As many bytes in as many writes, without a protocol: the limit.</summary>
    private static async Task AnswerAsync(HttpContext http)
    {
        var body = http.Request.BodyReader;
        var request = await body.ReadAsync();
        while (!request.IsCompleted)
        {
            body.AdvanceTo(request.Buffer.Start, request.Buffer.End);
            request = await body.ReadAsync();
        }

        if (http.Request.Path.Value!.EndsWith("/Echo", StringComparison.Ordinal))
        {
            foreach (var segment in request.Buffer)
                http.Response.BodyWriter.Write(segment.Span);
            body.AdvanceTo(request.Buffer.End);
            await http.Response.BodyWriter.FlushAsync();
            return;
        }

        body.AdvanceTo(request.Buffer.End);
        var message = new byte[Workload.PrefixSize + Workload.StreamMessageSize];
        for (var i = 0; i < Workload.StreamMessages; i++)
            await http.Response.BodyWriter.WriteAsync(message);
    }
}
