using System.Diagnostics.CodeAnalysis;
using Gateway.Configuration;
using Gateway.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>The gateway as an application of its own.</summary>
public static class MachineGatewayApplication
{
    /// <summary>
    /// Builds the gateway, listening on loopback unless told otherwise: gRPC on one port and HTTP/1.1 on another, or with TLS both on one,
    /// since without it a port speaks either HTTP/2 or HTTP/1.1.
    /// </summary>
    /// <param name="args">The command line, as the program takes it: see <c>--help</c>, which it prints along with what is wrong.</param>
    /// <param name="configure">Set after what the configuration and the command line say.</param>
    /// <exception cref="ArgumentException">The command line is wrong, or asks for help.</exception>
    /// <exception cref="OptionsValidationException">The configuration is wrong; the message has all that is.</exception>
    public static WebApplication Create(string[] args, Action<GatewayOptions>? configure = null) =>
        Create(GatewayCommandLine.Parse(args, out _) ?? throw new ArgumentException("The command line gives no settings.", nameof(args)), configure);

    internal static WebApplication Create(IReadOnlyDictionary<string, string?> settings, Action<GatewayOptions>? configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings);

        // A slim builder's console writes plain lines, whatever the configuration asks for.
        builder.Services.AddOptions<ConsoleLoggerOptions>().Bind(builder.Configuration.GetSection("Logging:Console"));

        // What ends the start is said by whoever started it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Services.AddMachineGatewayCore(configure);
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, EndpointsValidator>();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, GatewayListener>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (AppContext.TryGetSwitch(ThreadPoolTrimmer.HillClimbingSwitch, out var isOff) && isOff)
            builder.Services.AddHostedService<ThreadPoolTrimmer>();

        // Each is middleware that looks at every call, even when there is nothing to look for.
        var options = Validate(builder.Services);
        var isGuarded = GatewayAuthentication.IsConfigured(options) || options.Authorization.Rules.Count > 0;
        if (isGuarded)
            builder.Services.AddMachineGatewayAccessControl();
        if (options.CorsOrigins.Count > 0)
            builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => GatewayCors.Allow(policy, options.CorsOrigins)));

        var app = builder.Build();
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors();

            // These would come first by themselves, and refuse what a browser asks beforehand, which never has credentials.
            if (isGuarded)
                app.UseAuthentication().UseAuthorization();
        }

        app.MapMachineGateway();
        return app;
    }

    /// <summary>Finds all that is wrong with the options before anything uses them: building the application makes a server out of some.</summary>
    [SuppressMessage("Usage", "ASP0000", Justification = "Nothing of this provider outlives the validation.")]
    private static GatewayOptions Validate(IServiceCollection services)
    {
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<GatewayOptions>>();
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return options.Value;
        }
        catch (InvalidOperationException)
        {
            // The library's options cannot be made of what their section says, which the validation of the gateway's says along with all else.
            _ = options.Value;
            throw;
        }
    }
}
