using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Rpc;
using Rpc.Tests.Fuzzing;

namespace Fuzz.Benchmarks;

/// <summary>The server without sockets, so that a million requests are a matter of a minute. The tests send fewer, over Kestrel.</summary>
internal sealed class FuzzedPipeline : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestServer _server;

    private FuzzedPipeline(WebApplication app)
    {
        _app = app;
        _server = app.GetTestServer();
    }

    public static async Task<FuzzedPipeline> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRoutingCore();
        builder.Services.AddRpc().AddRpcJson();
        var app = builder.Build();
        app.UseRouting();
        app.MapRpc();
        app.Services.GetRequiredService<RpcServiceRegistry>().Replace([FuzzedService.Create()]);
        await app.StartAsync();
        return new FuzzedPipeline(app);
    }

    /// <summary>Sends a request; returns how it ended.</summary>
    public async ValueTask<string> SendAsync(FuzzedRequest request)
    {
        var http = await _server.SendAsync(http =>
        {
            var query = request.Path.IndexOf('?', StringComparison.Ordinal);
            http.Request.Protocol = HttpProtocol.Http2;
            http.Request.Method = request.Verb;
            http.Request.Path = query < 0 ? request.Path : request.Path[..query];
            http.Request.QueryString = new QueryString(query < 0 ? "" : request.Path[query..]);
            foreach (var (name, value) in request.Headers)
                http.Request.Headers.Append(name, value);
            http.Request.ContentType = request.ContentType;
            http.Request.Body = new MemoryStream(request.Body);
        });
        var body = new MemoryStream();
        await http.Response.Body.CopyToAsync(body);
        var trailers = http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var status = http.Response.Headers.GrpcStatus.FirstOrDefault() ?? trailers?.GrpcStatus.FirstOrDefault();
        return new FuzzedResponse(http.Response.StatusCode, http.Response.ContentType ?? "", status, body.ToArray()).Outcome();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
