using System.Buffers.Binary;
using System.Net.Http.Headers;
using Machines.Benchmarks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Benchmarks;

/// <summary>The least that a gateway can do: it answers each gRPC call with what Restate says to one and the same event, whatever it was called for.</summary>
internal static class HopGateway
{
    public const string Command = "hop";

    private const int Prefix = 5;
    private static readonly byte[] Increment = """{"event":{"type":"increment"}}"""u8.ToArray();
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private static int _calls;

    /// <inheritdoc cref="MachinesEndpoint.ServeAsync"/>
    /// <param name="ingress">Restate's ingress.</param>
    public static async Task ServeAsync(Uri ingress)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            Answer(context.Response, await SendAsync(http, ingress));
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
    }

    private static async Task<byte[]> SendAsync(HttpMessageInvoker http, Uri ingress)
    {
        var path = $"counter/{Workload.Key(Interlocked.Increment(ref _calls))}/send";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(ingress, path))
        {
            Content = new ByteArrayContent(Increment) { Headers = { ContentType = Json } },
        };
        request.Headers.TryAddWithoutValidation("idempotency-key", Guid.NewGuid().ToString());
        using var response = await http.SendAsync(request, CancellationToken.None);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static void Answer(HttpResponse response, byte[] message)
    {
        response.ContentType = "application/grpc";
        response.DeclareTrailer("grpc-status");
        var frame = response.BodyWriter.GetSpan(Prefix + message.Length);
        frame[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], message.Length);
        message.CopyTo(frame[Prefix..]);
        response.BodyWriter.Advance(Prefix + message.Length);
        response.AppendTrailer("grpc-status", "0");
    }
}
