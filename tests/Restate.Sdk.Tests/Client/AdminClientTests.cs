using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Client;

namespace Restate.Sdk.Tests.Client;

/// <summary>The admin client against a stand-in.</summary>
public class AdminClientTests
{
    [Fact]
    public async Task An_endpoints_address_is_registered_as_it_is_written()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        string? registered = null;
        app.Run(async http =>
        {
            var request = await http.Request.ReadFromJsonAsync<JsonElement>();
            registered = request.GetProperty("uri").GetString();
            await http.Response.WriteAsync("""{"id": "dp_1", "services": []}""");
        });
        await app.StartAsync();
        using var client = new AdminClient(new AdminOptions { Address = new Uri(app.Urls.Single()) });
        await client.RegisterDeploymentAsync(new Uri("http://host/tenant%20a/"));
        Assert.Equal("http://host/tenant%20a/", registered);
    }
}
