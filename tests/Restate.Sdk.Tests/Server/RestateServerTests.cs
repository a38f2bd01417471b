using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Restate.Sdk.Client;
using Restate.Sdk.Server;

namespace Restate.Sdk.Tests.Server;

public sealed class RestateServerTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"restate-sdk-{Guid.NewGuid():n}");

    [Fact]
    public async Task A_server_starts_restarts_on_its_data_and_stops()
    {
        await using var server = await RestateServer.StartAsync(Options());
        using var admin = new AdminClient(new AdminOptions { Address = server.AdminAddress });
        using var ingress = new IngressClient(new IngressOptions { Address = server.IngressAddress });
        Assert.True(server.IsRunning);
        Assert.True(await ingress.IsHealthyAsync());
        Assert.Contains("restate-server", Process.GetProcessById(server.ProcessId).ProcessName, StringComparison.Ordinal);
        var before = server.ProcessId;

        await server.RestartAsync();
        Assert.NotEqual(before, server.ProcessId);
        Assert.True(await admin.IsHealthyAsync());

        await server.KillAsync();
        Assert.False(server.IsRunning);
        Assert.False(await admin.IsHealthyAsync());
        await server.RestartAsync();
        Assert.True(await ingress.IsHealthyAsync());

        await server.StopAsync();
        Assert.False(server.IsRunning);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(server.ProcessId));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_before_anything_starts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var exception = await Assert.ThrowsAsync<RestateServerException>(
            () => RestateServer.StartAsync(Options() with { AdminPort = port }));
        Assert.Contains($"Port {port} ", exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    public async Task A_server_that_ends_while_it_starts_shows_its_log()
    {
        var options = Options() with
        {
            Environment = new Dictionary<string, string> { ["RESTATE_DISABLE_TELEMETRY"] = "perhaps" },
        };
        var exception = await Assert.ThrowsAsync<RestateServerException>(() => RestateServer.StartAsync(options));
        Assert.Contains("configuration loading error", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_executable_is_named()
    {
        var exception = await Assert.ThrowsAsync<RestateServerException>(
            () => RestateServer.StartAsync(Options() with { BinaryPath = "/no/such/restate-server" }));
        Assert.Contains("/no/such/restate-server", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_ends_with_the_process_that_started_it()
    {
        Directory.CreateDirectory(_data);
        var info = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", RestateServer.Watcher, RestateServer.Watcher, Path.Combine(_data, "log"), "sleep", "1000"])
            info.ArgumentList.Add(argument);
        using var watcher = Process.Start(info)!;
        using var server = Process.GetProcessById(int.Parse((await watcher.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));

        // What the kernel does when this process dies.
        watcher.StandardInput.Close();
        await server.WaitForExitAsync();
        await watcher.WaitForExitAsync();
        Assert.NotEqual(0, watcher.ExitCode);
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
            Directory.Delete(_data, recursive: true);
    }


    private RestateServerOptions Options() => new() { IngressPort = 0, AdminPort = 0, NodePort = 0, DataDirectory = _data };
}
