using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Restate.Sdk;
using Restate.Sdk.Hosting;

namespace Machines.Benchmarks;

/// <summary>The least that a durable counter can do: a handler of our SDK that reads one key and writes it.</summary>
internal static class BareEndpoint
{
    public const string Command = "bare";
    public const string Object = "bare";

    private static readonly StateKey<long> Count = new("count");

    /// <inheritdoc cref="MachinesEndpoint.ServeAsync"/>
    public static async Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.MapRestateEndpoint(new ServiceDefinition(Object, ServiceType.VirtualObject)
        {
            Handlers = [new HandlerDefinition("send", HandlerType.Exclusive, (context, _) => CountAsync((ObjectContext)context))],
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
    }

    private static async ValueTask<ReadOnlyMemory<byte>> CountAsync(ObjectContext context)
    {
        var count = await context.Get(Count) + 1;
        context.Set(Count, count);
        return Serde.Default<long>().Serialize(count);
    }
}
