using Gateway;
using Machines;
using Microsoft.AspNetCore.Builder;

namespace EndToEnd.Workflows;

/// <summary>
/// All the workflows on one restate-server, with a gateway that knows of their services what they publish. Started once for all
/// workflows of a mode.
/// </summary>
public abstract class WorkflowHost(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
{
    private readonly int _grpcPort = FreePorts.Next();
    private readonly int _httpPort = FreePorts.Next();
    private readonly List<GrpcClient> _clients = [];
    private WebApplication? _gateway;

    protected override IEnumerable<DurableMachine> Machines { get; } =
    [
        ApplicantWorkflow.Machine,
        AuctionWorkflow.Machine,
        ConfirmationWorkflow.Machine,
        CreditCheckWorkflow.Machine,
        CreditDeskWorkflow.Machine,
        GlassWorkflow.Machine,
        LendingWorkflow.Machine,
        OnboardingWorkflow.Machine,
        ParallelWorkflow.Machine,
        ProvisioningWorkflow.Machine,
        ProvisioningWorkflow.ApplyMachine,
        RoomWorkflow.Machine,
        StopwatchWorkflow.Machine,
        VetWorkflow.Machine,
        VitalsWorkflow.Machine,
    ];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _gateway = MachineGatewayApplication.Create(
        [
            "--ingress", Host.Server.IngressAddress.ToString(),
            "--admin", Host.Server.AdminAddress.ToString(),
            "--grpc-port", $"{_grpcPort}",
            "--http-port", $"{_httpPort}",
            "--Logging:LogLevel:Default=Warning",
        ]);
        await _gateway.StartAsync();
    }

    public override async Task DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Where the gateway speaks HTTP/1.1.</summary>
    public Uri HttpAddress => new($"http://127.0.0.1:{_httpPort}");

    /// <summary>Calls a typed service on the gateway.</summary>
    internal GrpcClient Service(string name)
    {
        var client = new GrpcClient(new Uri($"http://127.0.0.1:{_grpcPort}"), name);
        _clients.Add(client);
        return client;
    }
}

/// <summary>As users run it.</summary>
public sealed class NormalWorkflowHost() : WorkflowHost(Normal);

/// <summary>Every wait suspends the invocation, and its journal is replayed from the start.</summary>
public sealed class ReplayWorkflowHost() : WorkflowHost(ForcedReplay);

[CollectionDefinition(Name)]
public sealed class NormalWorkflows : ICollectionFixture<NormalWorkflowHost>
{
    public const string Name = "Workflows";
}

[CollectionDefinition(Name)]
public sealed class ReplayWorkflows : ICollectionFixture<ReplayWorkflowHost>
{
    public const string Name = "Workflows under forced replay";
}
