using Gateway.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Restate.Sdk.Client;
using Restate.Sdk.Server;
using Strays.V1;

namespace EndToEnd;

/// <summary>
/// A restate-server, a host with the example machines and a gateway, each a process of its own on free ports, so that each can be
/// killed. Started once for all the scenarios of a mode.
/// </summary>
public abstract class Cluster(IReadOnlyDictionary<string, string> environment) : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("grpc-machines-");
    private readonly int _machinesPort = FreePorts.Next();
    private ChildProcess? _machines;
    private GatewayProcess? _gateway;

    public RestateServer Restate { get; private set; } = null!;

    public AdminClient Admin { get; private set; } = null!;

    /// <summary>The seed's commands go here, as <c>curl</c> sends them.</summary>
    public HttpClient Ingress { get; private set; } = null!;

    /// <summary>Where the gateway speaks gRPC.</summary>
    public Uri GrpcAddress => _gateway!.GrpcAddress;

    /// <summary>Where the gateway speaks HTTP/1.1.</summary>
    public Uri HttpAddress => _gateway!.HttpAddress;

    internal GrpcClient Auth { get; private set; } = null!;

    internal GrpcClient Counter { get; private set; } = null!;

    internal GrpcClient Payment { get; private set; } = null!;

    internal GrpcClient Absent { get; private set; } = null!;

    internal GrpcClient Stray { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Restate = await RestateServer.StartAsync(new RestateServerOptions
        {
            IngressPort = 0,
            AdminPort = 0,
            NodePort = 0,
            DataDirectory = _data.FullName,
            Environment = environment,
        });
        Admin = new AdminClient(new AdminOptions { Address = Restate.AdminAddress });
        _gateway = CreateGateway();
        Ingress = new HttpClient { BaseAddress = Restate.IngressAddress, Timeout = Timeout.InfiniteTimeSpan };
        Auth = new GrpcClient(GrpcAddress, "auth.v1.AuthService");
        Counter = new GrpcClient(GrpcAddress, "counter.v1.CounterService");
        Payment = new GrpcClient(GrpcAddress, "payment.v1.PaymentService");
        Absent = new GrpcClient(GrpcAddress, "strays.v1.AbsentService");
        Stray = new GrpcClient(GrpcAddress, "strays.v1.StrayService");
        await File.WriteAllBytesAsync(DescriptorFile, SchemaFiles.SetOf(Schemas).ToByteArray());
        await StartMachinesAsync();
        await Admin.RegisterDeploymentAsync(new Uri($"http://127.0.0.1:{_machinesPort}"));
        await StartGatewayAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var client in new[] { Auth, Counter, Payment, Absent, Stray })
            client.Dispose();
        Ingress.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_machines is not null)
            await _machines.DisposeAsync();
        await Restate.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>The values of a query's only column.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql) =>
        [.. (await Admin.QueryAsync(sql)).Select(row => row.EnumerateObject().Single().Value.GetString()!)];

    /// <summary>SIGKILL, and a new process on the same port.</summary>
    /// <param name="arguments">What else its command line says.</param>
    public async Task RestartMachinesAsync(params string[] arguments)
    {
        await _machines!.KillAsync();
        await StartMachinesAsync(arguments);
    }

    /// <summary>SIGKILL, and a new process on the same ports.</summary>
    public async Task RestartGatewayAsync()
    {
        await KillGatewayAsync();
        await StartGatewayAsync();
    }

    public Task KillGatewayAsync() => _gateway!.KillAsync();

    /// <summary>SIGKILL, and a new process on the same ports and data.</summary>
    public async Task RestartRestateAsync()
    {
        await Restate.KillAsync();
        await Restate.RestartAsync();
    }

    public Task StartGatewayAsync() => _gateway!.StartAsync();

    /// <summary>A gateway to this cluster, not started.</summary>
    /// <param name="arguments">What else its command line says.</param>
    internal GatewayProcess CreateGateway(params IEnumerable<string> arguments) => new(
        ["--ingress", Restate.IngressAddress.ToString(), "--admin", Restate.AdminAddress.ToString(), "--descriptors", DescriptorFile, .. arguments]);

    private async Task StartMachinesAsync(params string[] arguments)
    {
        _machines = StartMachines(_machinesPort, arguments);
        await _machines.WaitForOutputAsync($"http://127.0.0.1:{_machinesPort}");
    }

    /// <summary>Starts the host, which prints its address once it listens.</summary>
    private protected virtual ChildProcess StartMachines(int port, IEnumerable<string> arguments) => ChildProcess.Start(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "ExampleMachines.dll"), "--urls", $"http://127.0.0.1:{port}", .. arguments]);

    /// <summary>The schemas of the services that no machine publishes.</summary>
    private protected virtual IEnumerable<FileDescriptor> Schemas => [StraysReflection.Descriptor];

    private string DescriptorFile => Path.Combine(_data.FullName, "strays.binpb");
}

/// <summary>As users run it.</summary>
public sealed class NormalCluster() : Cluster(new Dictionary<string, string>());

/// <summary>Every wait suspends the invocation, and its journal is replayed from the start.</summary>
public sealed class ReplayCluster() : Cluster(new Dictionary<string, string> { ["RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT"] = "0s" });
