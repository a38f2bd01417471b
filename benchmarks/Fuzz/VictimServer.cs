using System.Diagnostics;
using Endpoint.Benchmarks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Rpc;
using Rpc.Tests.Fuzzing;

namespace Fuzz.Benchmarks;

/// <summary>The server that is attacked: on Kestrel as it comes, in a process of its own, whose memory is all the server's.</summary>
internal sealed class VictimServer : IDisposable
{
    public const string Command = "serve";

    private readonly Process _process;

    private VictimServer(Process process)
    {
        _process = process;
        Http2 = new Uri(process.StandardOutput.ReadLine()!);
        Http1 = new Uri(process.StandardOutput.ReadLine()!);
    }

    public Uri Http2 { get; }

    public Uri Http1 { get; }

    public bool Runs => !_process.HasExited;

    public double ResidentMebibytes => ProcessUsage.ResidentMebibytes(_process.Id);

    public static VictimServer Start() => new(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Command) { RedirectStandardOutput = true, RedirectStandardInput = true })!);

    /// <summary>Serves until standard input ends.</summary>
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddRpc().AddRpcJson();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapRpc();
        app.Services.GetRequiredService<RpcServiceRegistry>().Replace([FuzzedService.Create()]);
        await app.StartAsync();
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
            Console.WriteLine(address);
        await Console.In.ReadToEndAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}
