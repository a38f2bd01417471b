using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace Interop.Cases;

/// <summary>
/// @connectrpc/connect-web in a page that headless Chromium shows. The page comes from another origin than the service's, so every
/// call of it needs CORS; it posts its outcomes back to where it came from.
/// </summary>
internal sealed class BrowserClient(string protocol, string format, params string[] inapplicable) : InteropClient(
    $"Chromium {protocol} {format}", inapplicable, Chromium is null ? "Chromium is not installed: apt-get install chromium" : null)
{
    private static readonly string? Chromium =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public override async Task<IReadOnlyList<InteropOutcome>> RunAsync(InteropServer server)
    {
        var outcomes = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = Site(server, outcomes);
        await site.StartAsync();
        var address = site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var profile = Directory.CreateTempSubdirectory("grpc-machines-chromium-");
        try
        {
            await using var chromium = ChildProcess.Start(Chromium!,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={profile.FullName}",
                "--remote-debugging-port=0", $"{address}/page.html",
            ]);
            await Eventually.BecomesTrueAsync(
                () => outcomes.Task.IsCompleted || (chromium.HasExited ? throw new InvalidOperationException($"Chromium ended: {chromium.Output}") : false),
                () => $"the page's outcomes: {chromium.Output}");
        }
        finally
        {
            await Eventually.BecomesTrueAsync(() => QuickstartProcess.TryDelete(profile), () => $"{profile} to be free");
        }

        return InteropOutcome.ParseAll(await outcomes.Task);
    }

    private WebApplication Site(InteropServer server, TaskCompletionSource<string> outcomes)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Folder("connect")),
            ContentTypeProvider = new FileExtensionContentTypeProvider { Mappings = { [".mjs"] = "text/javascript" } },
        });
        app.MapGet("/plan", (HttpContext http) => http.Response.WriteAsJsonAsync(new
        {
            protocol,
            format,
            address = server.Http1.GetLeftPart(UriPartial.Authority),
            descriptors = Convert.ToBase64String(File.ReadAllBytes(server.Descriptors)),
            cases = Cases,
        }));
        app.MapPost("/outcomes", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            outcomes.TrySetResult(await reader.ReadToEndAsync());
        });
        return app;
    }
}
