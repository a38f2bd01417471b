using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Restate.Sdk.Hosting;

namespace Machines;

/// <summary>Machines as an application of their own.</summary>
public static class MachineHost
{
    /// <summary>
    /// Builds an application that serves machines to Restate over HTTP/2 without TLS, which is what Restate speaks to an
    /// <c>http</c> address.
    /// </summary>
    /// <param name="args">The command line; <c>--urls http://127.0.0.1:9080</c> says where it listens.</param>
    /// <param name="machines">The machines.</param>
    public static WebApplication Create(string[] args, params IEnumerable<DurableMachine> machines)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddRestateEndpoint();

        var app = builder.Build();
        app.MapMachines(machines);
        return app;
    }
}
