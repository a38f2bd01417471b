using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Restate.Sdk.Hosting;

namespace Machines;

/// <summary>Machines as an application of their own.</summary>
public static class MachineHost
{
    // Where Restate's own examples serve from.
    private const string DefaultUrl = "http://127.0.0.1:9080";

    private static readonly string[] AddressSettings = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    private static readonly Dictionary<string, string?> QuietRequests = new() { ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning" };

    /// <summary>
    /// Builds an application that serves machines to Restate over HTTP/2 without TLS, which is what Restate speaks to an
    /// <c>http</c> address. The configuration's section <c>Restate</c> sets its <see cref="RestateEndpointOptions"/>.
    /// </summary>
    /// <param name="args">
    /// The command line: <c>--urls http://0.0.0.0:9080</c> says where it listens, by default on 127.0.0.1:9080, and
    /// <c>--Restate:IdentityKeys:0 publickeyv1_…</c> who may call.
    /// </param>
    /// <param name="machines">The machines.</param>
    /// <exception cref="InvalidOperationException">Machines do not fit the services that their proto files declare for them; the message lists everything.</exception>
    public static WebApplication Create(string[] args, params IEnumerable<DurableMachine> machines)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        // A line for each request of the server is of use to nobody, and costs more than the request. Any other setting overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietRequests });
        if (!AddressSettings.Any(setting => builder.Configuration.GetSection(setting).Exists()))
            builder.WebHost.UseUrls(DefaultUrl);

        // A slim builder's console writes plain lines, whatever the configuration asks for.
        builder.Services.AddOptions<ConsoleLoggerOptions>().Bind(builder.Configuration.GetSection("Logging:Console"));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddRestateEndpoint();
        builder.Services.AddOptions<RestateEndpointOptions>().BindConfiguration("Restate", binder => binder.ErrorOnUnknownConfiguration = true);

        var app = builder.Build();
        app.MapMachines(machines);
        return app;
    }
}
