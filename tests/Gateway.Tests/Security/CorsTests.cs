using System.Net;
using System.Text;
using Gateway.Security;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rpc;

namespace Gateway.Tests.Security;

/// <summary>Pages of another origin that call a gateway.</summary>
public class CorsTests
{
    private const string Page = "http://page.test";

    private static readonly string[] Sent = ["content-type", "connect-protocol-version", "idempotency-key", "traceparent", "x-api-key"];

    [Theory]
    [InlineData(Page, false, Page)]
    [InlineData(Page, true, Page)]
    [InlineData("*", false, "*")]
    [InlineData("https://other.test", false, null)]
    [InlineData(null, false, null)]
    public async Task The_executable_lets_pages_of_its_origins_call(string? origin, bool authenticated, string? allowed)
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        var port = FreePorts.Next();
        await using var app = MachineGatewayApplication.Create(["--Logging:LogLevel:Default=None"], options =>
        {
            options.Ingress = restate.Ingress;
            options.Admin = restate.Admin;
            options.GrpcPort = FreePorts.Next();
            options.HttpPort = port;
            if (origin is not null)
                options.CorsOrigins.Add(origin);
            if (authenticated)
                options.Authentication.ApiKeys.Add(new ApiKeyOptions { Name = "shop", Sha256 = new string('a', 64) });
        });
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/auth.v1.AuthService/Send");
        preflight.Headers.Add("origin", Page);
        preflight.Headers.Add("access-control-request-method", "POST");
        preflight.Headers.Add("access-control-request-headers", string.Join(',', Sent));
        using var asked = await http.SendAsync(preflight);
        Assert.Equal(allowed, AllowedOriginOf(asked));
        if (allowed is not null)
            Assert.Empty(Sent.Except(asked.Headers.GetValues("access-control-allow-headers").Single().Split(',')));

        using var call = new HttpRequestMessage(HttpMethod.Post, "/auth.v1.AuthService/Send") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        call.Headers.Add("origin", Page);
        using var answer = await http.SendAsync(call);
        Assert.Equal(authenticated ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(allowed, AllowedOriginOf(answer));
    }

    [Theory]
    [InlineData("https://page.test", true)]
    [InlineData("HTTPS://Page.Test:8443", true)]
    [InlineData("*", true)]
    [InlineData("https://page.test/", false)]
    [InlineData("https://page.test/shop", false)]
    [InlineData("https://*.page.test", false)]
    [InlineData("https://user@page.test", false)]
    [InlineData("page.test", false)]
    [InlineData("ftp://page.test", false)]
    [InlineData("null", false)]
    public void What_no_browser_would_send_is_no_origin(string origin, bool isOrigin)
    {
        var options = new GatewayOptions();
        options.CorsOrigins.Add(origin);
        var result = new CorsOptionsValidator().Validate(null, options);
        Assert.Equal(isOrigin, result.Succeeded);
        if (!isOrigin)
            Assert.StartsWith($"Gateway:CorsOrigins:0: '{origin}' is no origin; write http://host", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_an_application_of_its_own_a_page_is_let_through_without_credentials_to_ask_and_reads_why_its_call_is_refused()
    {
        await using var restate = await FakeRestate.StartWithAuthAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins(Page).WithRpc()));
        builder.Services.AddMachineGateway(options =>
        {
            options.Ingress = restate.Ingress;
            options.Admin = restate.Admin;
            options.Authentication.ApiKeys.Add(new ApiKeyOptions { Name = "shop", Sha256 = new string('a', 64) });
        });
        await using var app = builder.Build();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapMachineGateway();
        await app.StartAsync();
        using var http = app.GetTestClient();

        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/auth.v1.AuthService/Send");
        preflight.Headers.Add("origin", Page);
        preflight.Headers.Add("access-control-request-method", "POST");
        using var allowed = await http.SendAsync(preflight);
        Assert.Equal((HttpStatusCode.NoContent, Page), (allowed.StatusCode, allowed.Headers.GetValues("access-control-allow-origin").Single()));

        using var call = new HttpRequestMessage(HttpMethod.Post, "/auth.v1.AuthService/Send") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        call.Headers.Add("origin", Page);
        using var refused = await http.SendAsync(call);
        Assert.Equal((HttpStatusCode.Unauthorized, Page), (refused.StatusCode, refused.Headers.GetValues("access-control-allow-origin").Single()));
    }

    private static string? AllowedOriginOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("access-control-allow-origin", out var values) ? values.Single() : null;
}
