using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Restate.Sdk.Hosting;

/// <summary>Puts a Restate endpoint into an ASP.NET Core application.</summary>
public static class RestateEndpointExtensions
{
    /// <summary>Configures the endpoint; only needed to change its options.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddRestateEndpoint(
        this IServiceCollection services,
        Action<RestateEndpointOptions>? configure = null)
    {
        services.AddOptions<RestateEndpointOptions>();
        return configure is null ? services : services.Configure(configure);
    }

    /// <summary>
    /// Serves the services to Restate under this application's root or route group: discovery, invocations and health. Restate
    /// speaks HTTP/2 without TLS to an <c>http</c> address, so the port has to be set to <c>HttpProtocols.Http2</c>.
    /// </summary>
    /// <param name="endpoints">The application or a route group.</param>
    /// <param name="services">The services; their names have to be distinct.</param>
    /// <exception cref="ArgumentException">A name is malformed or there twice.</exception>
    public static IEndpointConventionBuilder MapRestateEndpoint(
        this IEndpointRouteBuilder endpoints,
        IEnumerable<ServiceDefinition> services)
    {
        var options =
            endpoints.ServiceProvider.GetService<IOptions<RestateEndpointOptions>>()?.Value ?? new RestateEndpointOptions();
        var endpoint = new RestateEndpoint(
            new ServiceRegistry(services),
            options,
            endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>(),
            endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);

        var group = endpoints.MapGroup("");
        group.Map("/discover", endpoint.DiscoverAsync);
        group.Map("/discovery", endpoint.DiscoverAsync);
        group.MapPost("/invoke/{service}/{handler}", endpoint.InvokeAsync);
        group.MapGet("/health", static http => http.Response.WriteAsync("ok"));
        return group;
    }

    /// <inheritdoc cref="MapRestateEndpoint(IEndpointRouteBuilder, IEnumerable{ServiceDefinition})"/>
    public static IEndpointConventionBuilder MapRestateEndpoint(
        this IEndpointRouteBuilder endpoints,
        params ServiceDefinition[] services) => endpoints.MapRestateEndpoint((IEnumerable<ServiceDefinition>)services);
}
