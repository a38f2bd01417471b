using Restate.Sdk.Client;
using Restate.Sdk.Server;

namespace Machines.Benchmarks;

/// <summary>A Restate server on free ports, its data in a folder that goes with it.</summary>
internal sealed class BenchmarkServer : IAsyncDisposable
{
    private readonly RestateServer _server;

    private BenchmarkServer(RestateServer server)
    {
        _server = server;

        // HTTP/1.1 costs the load generator least, and it runs on the processors that are measured.
        Ingress = new IngressClient(new IngressOptions { Address = server.IngressAddress, Http2 = false });
    }

    public IngressClient Ingress { get; }

    public Uri IngressAddress => _server.IngressAddress;

    public Uri AdminAddress => _server.AdminAddress;

    public int ProcessId => _server.ProcessId;

    public static async Task<BenchmarkServer> StartAsync(IEnumerable<EndpointProcess> endpoints, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new BenchmarkServer(await RestateServer.StartAsync(new RestateServerOptions
        {
            IngressPort = 0,
            AdminPort = 0,
            NodePort = 0,
            DataDirectory = Directory.CreateTempSubdirectory("machines-benchmark-").FullName,
            Environment = environment ?? new Dictionary<string, string>(),
        }));
        using var admin = new AdminClient(new AdminOptions { Address = server._server.AdminAddress });
        foreach (var endpoint in endpoints)
            await admin.RegisterDeploymentAsync(endpoint.Address);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Ingress.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_server.DataDirectory, recursive: true);
    }
}
