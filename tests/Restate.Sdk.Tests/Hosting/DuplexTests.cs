using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;
using Restate.Sdk.Tests.Protocol;
using Restate.Sdk.Tests.Server;

namespace Restate.Sdk.Tests.Hosting;

/// <summary>The endpoint on a real port, spoken to frame by frame while its answer streams.</summary>
public sealed class DuplexTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frames_flow_both_ways_at_once(bool tls)
    {
        await using var app = await StartAsync(tls);
        using var client = CreateClient();
        var requestBody = new Pipe();
        var sending = SendAsync(client, app, requestBody.Reader);

        await requestBody.Writer.WriteAsync(Bytes(Wire.Start(1), Wire.Input("\"x\"")));
        using var response = await sending;
        await using var body = await response.Content.ReadAsStreamAsync();
        Assert.Equal(MessageType.SleepCommand, (await ReadFrameAsync(body)).Type);

        await requestBody.Writer.WriteAsync(Wire.SleepDone(1));
        Assert.Equal(MessageType.OutputCommand, (await ReadFrameAsync(body)).Type);
        Assert.Equal(MessageType.End, (await ReadFrameAsync(body)).Type);

        // The response is complete although the request is not.
        Assert.Equal(0, await body.ReadAsync(new byte[1]));
        await requestBody.Writer.CompleteAsync();
    }

    [Fact]
    public async Task An_attempt_suspends_when_the_server_ends_its_side()
    {
        await using var app = await StartAsync(tls: false);
        using var client = CreateClient();
        var requestBody = new Pipe();
        var sending = SendAsync(client, app, requestBody.Reader);
        await requestBody.Writer.WriteAsync(Bytes(Wire.Start(1), Wire.Input("\"x\"")));
        using var response = await sending;
        await using var body = await response.Content.ReadAsStreamAsync();
        Assert.Equal(MessageType.SleepCommand, (await ReadFrameAsync(body)).Type);

        await requestBody.Writer.CompleteAsync();
        var suspension = await ReadFrameAsync(body);
        Assert.Equal((MessageType.Suspension, 1UL), (suspension.Type, suspension.Number(1)));
        Assert.Equal(0, await body.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Attempts_suspend_when_the_host_stops()
    {
        await using var app = await StartAsync(tls: false);
        using var client = CreateClient();
        var requestBody = new Pipe();
        var sending = SendAsync(client, app, requestBody.Reader);
        await requestBody.Writer.WriteAsync(Bytes(Wire.Start(1), Wire.Input("\"x\"")));
        using var response = await sending;
        await using var body = await response.Content.ReadAsStreamAsync();
        Assert.Equal(MessageType.SleepCommand, (await ReadFrameAsync(body)).Type);

        // Not StopAsync: Kestrel would close the connection behind the suspension, and HttpClient forgets what it has not read by then.
        app.Lifetime.StopApplication();
        Assert.Equal(MessageType.Suspension, (await ReadFrameAsync(body)).Type);
        await requestBody.Writer.CompleteAsync();
    }

    private static async Task<WebApplication> StartAsync(bool tls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (tls)
                listen.UseHttps(SelfSigned());
        }));
        var app = builder.Build();
        app.MapRestateEndpoint(TestServices.All);
        await app.StartAsync();
        return app;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // the certificate is the test's own
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return new HttpClient(handler);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, WebApplication app, PipeReader body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(app.Urls.Single()), "/invoke/Steps/sideEffects"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StreamingContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ProtocolVersion.V6.ToMediaType());
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static byte[] Bytes(params byte[][] frames) => [.. frames.SelectMany(frame => frame)];

    private static async Task<Frame> ReadFrameAsync(Stream body)
    {
        var header = new byte[8];
        await body.ReadExactlyAsync(header);
        var message = new byte[header[7]];
        await body.ReadExactlyAsync(message);
        return Assert.Single(Frame.DecodeAll([.. header, .. message]));
    }

    /// <summary>Sends what is written, when it is written.</summary>
    private sealed class StreamingContent(PipeReader reader) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            while (true)
            {
                var result = await reader.ReadAsync();
                foreach (var segment in result.Buffer)
                    await stream.WriteAsync(segment);
                await stream.FlushAsync();
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
