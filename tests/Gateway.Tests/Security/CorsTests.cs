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

/// <summary>Pages that call a gateway which asks for credentials, in an application of its own.</summary>
public class CorsTests
{
    private const string Page = "http://page.test";

    [Fact]
    public async Task A_page_is_let_through_without_credentials_to_ask_and_reads_why_its_call_is_refused()
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
}
