using System.Net;
using System.Net.Sockets;

namespace Interop;

/// <summary>How the Quickstart ends: always with everything that it started.</summary>
public sealed class LifetimeTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("grpc-machines-");
    private readonly int _ingressPort = FreePorts.Next();

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task Ctrl_C_stops_everything()
    {
        await using var quickstart = await StartAsync();
        quickstart.Interrupt();
        Assert.Equal(0, await quickstart.WaitForExitAsync());
        Assert.False(IsListening());
    }

    [Fact]
    public async Task Killing_it_leaves_no_server_behind()
    {
        await using var quickstart = await StartAsync();
        await quickstart.KillAsync();
        await Eventually.BecomesTrueAsync(() => !IsListening(), () => "restate-server to be gone");
    }

    [Fact]
    public async Task Killing_the_dotnet_run_that_started_it_leaves_nothing_behind()
    {
        await using var run = QuickstartProcess.StartWithDotnetRun(_data.FullName, "--ingress-port", $"{_ingressPort}");
        await run.WaitForOutputAsync(QuickstartProcess.Ready);
        await run.KillAsync();
        await Eventually.BecomesTrueAsync(() => !IsListening(), () => "restate-server to be gone");
    }

    [Fact]
    public async Task Instances_survive_a_restart()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{_ingressPort}") };
        await using (var first = await StartAsync())
        {
            await http.GetStringAsync("/auth/survivor/create");
            first.Interrupt();
            Assert.Equal(0, await first.WaitForExitAsync());
        }

        await using var second = await StartAsync();
        Assert.Contains("\"value\":\"idle\"", await http.GetStringAsync("/auth/survivor/snapshot"), StringComparison.Ordinal);
        second.Interrupt();
        Assert.Equal(0, await second.WaitForExitAsync());
    }

    [Theory]
    [InlineData("--ingress-port")]
    [InlineData("--admin-port")]
    [InlineData("--node-port")]
    [InlineData("--machines-port")]
    [InlineData("--grpc-port")]
    [InlineData("--http-port")]
    public async Task A_port_in_use_is_named_with_the_option_that_changes_it(string option)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var quickstart = QuickstartProcess.Start(_data.FullName, option, $"{port}");
        Assert.NotEqual(0, await quickstart.WaitForExitAsync());
        Assert.Contains($"Port {port} ", quickstart.Output, StringComparison.Ordinal);
        Assert.Contains($"{option} <port>", quickstart.Output, StringComparison.Ordinal);
    }

    private async Task<ChildProcess> StartAsync()
    {
        var quickstart = QuickstartProcess.Start(_data.FullName, "--ingress-port", $"{_ingressPort}");
        await quickstart.WaitForOutputAsync(QuickstartProcess.Ready);
        return quickstart;
    }

    private bool IsListening()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, _ingressPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
