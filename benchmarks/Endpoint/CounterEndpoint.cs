using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Restate.Sdk;
using Restate.Sdk.Hosting;

namespace Endpoint.Benchmarks;

/// <summary>Our endpoint, in a process of its own. It serves the handler of counter.mjs.</summary>
internal static class CounterEndpoint
{
    public const string Command = "endpoint";
    public const string Object = "DotnetCounter";

    private static readonly StateKey<long> Count = new("count");

    /// <summary>Serves until the standard input ends; the address is the first line of the output.</summary>
    public static async Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders()
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.MapRestateEndpoint(ServiceDefinition.Object(Object).Handler<long, long>("add", AddAsync).Build());
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
    }

    private static async ValueTask<long> AddAsync(ObjectContext context, long amount)
    {
        var sum = await context.Get(Count) + amount;
        context.Set(Count, sum);
        return sum;
    }
}
