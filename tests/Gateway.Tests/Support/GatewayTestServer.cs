using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>The gateway in memory, in front of a <see cref="FakeRestate"/>, called with Connect's JSON.</summary>
internal sealed class GatewayTestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayTestServer(WebApplication app)
    {
        _app = app;
        Http = app.GetTestClient();
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="restate">What it is in front of.</param>
    /// <param name="configure">Further options.</param>
    /// <param name="services">Further services, in place of the gateway's own.</param>
    public static async Task<GatewayTestServer> StartAsync(
        FakeRestate restate, Action<GatewayOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddMachineGateway(options =>
        {
            options.Ingress = restate.Ingress;
            options.Admin = restate.Admin;
            options.Upstream.Http1Connections = 0;
            options.PollInterval = options.Upstream.ProbeInterval = TimeSpan.FromMilliseconds(20);
            configure?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapMachineGateway();
        await app.StartAsync();
        return new GatewayTestServer(app);
    }

    /// <returns>The answer: the message, or <c>{"code", "message", "details"}</c>.</returns>
    public async Task<JsonElement> CallAsync(string method, string json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + method) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return text.Length > 0 ? JsonElement.Parse(text) : throw new InvalidOperationException($"{method} answered {response.StatusCode} with nothing.");
    }

    /// <summary>The code of the error that a call ends with; null when it succeeds.</summary>
    public async Task<string?> CodeOfAsync(string method, string json, params (string Name, string Value)[] headers) =>
        (await CallAsync(method, json, headers)).TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The messages of a stream, the closing one with its error or trailers last.</summary>
    public async IAsyncEnumerable<JsonElement> StreamAsync(string method, string json, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var message = new byte[5 + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 5);
        Encoding.UTF8.GetBytes(json, message.AsSpan(5));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + method) { Content = new ByteArrayContent(message), Version = HttpVersion.Version20 };
        request.Content.Headers.ContentType = new("application/connect+json");
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var header = new byte[5];
        while (await body.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken) == header.Length)
        {
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
            await body.ReadExactlyAsync(payload, cancellationToken);
            yield return JsonElement.Parse(payload);
        }
    }

    public async Task<HttpStatusCode> StatusOfAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
