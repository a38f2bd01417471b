using Counter.V1;
using Gateway.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Machines;
using Machines.V1;
using Microsoft.AspNetCore.Builder;
using Rpc;
using Statecharts;
using Turnstiles.V1;
using Workflows.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using WaitForRequest = Workflows.V1.WaitForRequest;
using WaitForResponse = Turnstiles.V1.WaitForResponse;

namespace EndToEnd;

/// <summary>A machine that is registered, changed and removed behind a gateway that runs and is told nothing of it.</summary>
public abstract class DeploymentScenarios(Cluster cluster) : IAsyncLifetime
{
    private const string Service = "turnstiles.v1.TurnstileService";
    private const string Health = "grpc.health.v1.Health";
    private const string Reflection = "grpc.reflection.v1.ServerReflection";
    private const string Key = "north";

    private readonly Dictionary<string, GrpcClient> _clients =
        new[] { Service, Health, Reflection }.ToDictionary(service => service, service => new GrpcClient(cluster.GrpcAddress, service));

    private readonly List<WebApplication> _hosts = [];

    private static StateMachine V1 { get; } = Define("turnstile1", canBePushed: false);

    private static StateMachine V2 { get; } = Define("turnstile2", canBePushed: true);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }

    [Fact]
    public async Task A_machine_comes_changes_and_goes_while_the_gateway_runs()
    {
        await using var health = _clients[Health].StreamAsync<HealthCheckResponse>("Watch", new HealthCheckRequest { Service = Service }).GetAsyncEnumerator();
        await AssertNextAsync(health, ServingStatus.ServiceUnknown);
        await AssertUnimplementedAsync("InsertCoin", $"Service '{Service}' is not served here.");

        var first = await DeployAsync(new DurableMachine("turnstile", V1) { Schema = FirstSchema() });
        await Eventually.BecomesTrueAsync(async () => await HealthAsync() == ServingStatus.Serving, () => "the machine to be served");
        Assert.Contains(Service, await ReflectedAsync());
        Assert.Equal((TurnstileState.Open, 1, 0), Shown(await CallAsync("InsertCoin", Key)));
        await AssertUnimplementedAsync("Push", $"Service '{Service}' has no method 'Push'.");

        await using var wait = _clients[Service].StreamAsync<WaitForResponse>(
            "WaitFor", new WaitForRequest { Key = Key, Condition = new Condition { AfterRevision = 2 } }).GetAsyncEnumerator();
        Assert.True(await wait.MoveNextAsync());
        Assert.NotEmpty(wait.Current.Started.IdempotencyKey);
        await Eventually.BecomesTrueAsync(async () => (await WaitsOnAsync()).SequenceEqual([first]), () => "the wait to be under way");

        var second = await DeployAsync(new DurableMachine("turnstile", V2, V1));
        await Eventually.BecomesTrueAsync(() => IsServedAsync("Push"), () => "the second deployment to be served");
        Assert.Equal((TurnstileState.Open, 1, 0), Shown(await CallAsync("InsertCoin", "south")));
        Assert.Equal((TurnstileState.Locked, 1, 1), Shown(await CallAsync("Push", "south")));

        await CallAsync("InsertCoin", Key);
        Assert.True(await wait.MoveNextAsync());
        Assert.Equal((TurnstileState.Open, 2, 0), Shown(wait.Current.Matched));
        Assert.False(await wait.MoveNextAsync());

        await cluster.Admin.RemoveDeploymentAsync(first);
        await cluster.Admin.RemoveDeploymentAsync(second);
        await Eventually.BecomesTrueAsync(async () => await HealthAsync() is null, () => "the machine to be gone");
        await AssertUnimplementedAsync("InsertCoin", $"Service '{Service}' is not served here.");
        var reflected = await ReflectedAsync();
        Assert.DoesNotContain(Service, reflected);
        Assert.Contains("counter.v1.CounterService", reflected);
        await cluster.Counter.CallAsync<CounterSnapshot>("Send", new SendRequest { Key = Key, Event = new CounterEvent { Increment = new Increment() } });

        await AssertNextAsync(health, ServingStatus.Serving);
        await AssertNextAsync(health, ServingStatus.ServiceUnknown);
    }

    private static StateMachine Define(string id, bool canBePushed)
    {
        var machine = ProtobufMachine.Define<TurnstileState, Turnstile, TurnstileEvent>(id).InitialTransition(TurnstileState.Locked);
        machine.Configure(TurnstileState.Locked)
            .Permit<InsertCoin>(TurnstileState.Open, (turnstile, _) => turnstile.Coins++);
        var open = machine.Configure(TurnstileState.Open)
            .InternalTransition<InsertCoin>((turnstile, _) => turnstile.Coins++);
        if (canBePushed)
            open.Permit<Push>(TurnstileState.Locked, (turnstile, _) => turnstile.Passages++);
        return machine.Build();
    }

    /// <summary>The service as it was, without what is new.</summary>
    private static FileDescriptor FirstSchema()
    {
        var files = SchemaFiles.SetOf(TurnstilesReflection.Descriptor).File;
        var methods = files[^1].Service.Single().Method;
        methods.Remove(methods.Single(method => method.Name == "Push"));
        var fields = files[^1].MessageType.Single(message => message.Name == "Turnstile").Field;
        fields.Remove(fields.Single(field => field.Name == "passages"));
        return FileDescriptor.BuildFromByteStrings(files.Select(file => file.ToByteString()), [AnnotationsExtensions.Object])[^1];
    }

    private static (TurnstileState State, int Coins, int Passages) Shown(TurnstileSnapshot snapshot) =>
        (Assert.Single(snapshot.States), snapshot.Context.Coins, snapshot.Context.Passages);

    private static async Task AssertNextAsync(IAsyncEnumerator<HealthCheckResponse> health, ServingStatus status)
    {
        Assert.True(await health.MoveNextAsync());
        Assert.Equal(status, health.Current.Status);
    }

    /// <summary>Serves the machine on a host of its own, which Restate is told of, beside those that it has.</summary>
    /// <returns>The deployment's id.</returns>
    private async Task<string> DeployAsync(DurableMachine machine)
    {
        var host = MachineHost.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"], machine);
        _hosts.Add(host);
        await host.StartAsync();
        return (await cluster.Admin.RegisterDeploymentAsync(new Uri(host.Urls.Single()))).Id;
    }

    /// <summary>The deployments that the waits for the instance run on.</summary>
    private Task<IReadOnlyList<string>> WaitsOnAsync() => cluster.QueryAsync(
        "select pinned_deployment_id from sys_invocation where target_service_name = 'turnstile' "
        + $"and target_service_key = '{Key}' and target_handler_name = 'waitFor' and pinned_deployment_id is not null");

    private Task<TurnstileSnapshot> CallAsync(string method, string key) =>
        _clients[Service].CallAsync<TurnstileSnapshot>(method, new InstanceRequest { Key = key });

    private async Task<bool> IsServedAsync(string method)
    {
        try
        {
            await CallAsync(method, "probe");
            return true;
        }
        catch (GrpcException e) when (e.Code == StatusCode.Unimplemented)
        {
            return false;
        }
    }

    private async Task AssertUnimplementedAsync(string method, string message)
    {
        var error = await Assert.ThrowsAsync<GrpcException>(() => CallAsync(method, Key));
        Assert.Equal($"Unimplemented: {message}", error.Message);
    }

    /// <summary>Null when no such service is known.</summary>
    private async Task<ServingStatus?> HealthAsync()
    {
        try
        {
            return (await _clients[Health].CallAsync<HealthCheckResponse>("Check", new HealthCheckRequest { Service = Service })).Status;
        }
        catch (GrpcException e) when (e.Code == StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<IEnumerable<string>> ReflectedAsync()
    {
        using var call = _clients[Reflection].Open<ServerReflectionResponse>("ServerReflectionInfo");
        await call.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.CompleteAsync();
        await foreach (var answer in call.ReadAsync())
            return answer.ListServicesResponse.Service.Select(service => service.Name);
        return [];
    }
}

public sealed class Deployment_scenarios(NormalCluster cluster) : DeploymentScenarios(cluster), IClassFixture<NormalCluster>;

public sealed class Deployment_scenarios_under_forced_replay(ReplayCluster cluster) : DeploymentScenarios(cluster), IClassFixture<ReplayCluster>;
