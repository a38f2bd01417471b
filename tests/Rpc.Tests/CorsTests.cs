using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>Calls from pages of other origins, by ASP.NET's own CORS middleware.</summary>
public sealed class CorsTests
{
    private const string Path = $"/{RpcTestServer.Service}/Echo";

    private static readonly (string Name, string Value)[] Preflight =
    [
        ("origin", "https://page.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "connect-protocol-version,content-type,x-grpc-web"),
    ];

    [Fact]
    public async Task A_page_of_another_origin_may_not_call_by_default()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new WebTestClient(server);

        using var response = await client.SendAsync(HttpMethod.Options, Path, null, Preflight);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.False(response.Headers.Contains("access-control-allow-origin"));
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_call_and_read_the_answer()
    {
        await using var server = await RpcTestServer.StartAsync(
            services => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins("https://page.example").WithRpc())),
            app => app.UseRouting().UseCors(),
            [Handlers.Echo]);
        using var client = new WebTestClient(server);

        using var preflight = await client.SendAsync(HttpMethod.Options, Path, null, Preflight);
        using var call = await client.PostAsync(Path, "application/proto", [1], ("origin", "https://page.example"));
        using var stranger = await client.PostAsync(Path, "application/proto", [1], ("origin", "https://other.example"));

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("https://page.example", preflight.Headers.GetValues("access-control-allow-origin").Single());
        Assert.Contains("x-grpc-web", preflight.Headers.GetValues("access-control-allow-headers").Single(), StringComparison.Ordinal);
        Assert.Contains("grpc-status", call.Headers.GetValues("access-control-expose-headers").Single(), StringComparison.Ordinal);
        Assert.False(stranger.Headers.Contains("access-control-allow-origin"));
    }
}
