using Counter.V1;
using ExampleMachines;
using Gateway;
using Machines.Testing;
using Rpc;

namespace EndToEnd;

/// <summary>A real server that dies and comes back, behind a gateway that reaches it by a Unix domain socket.</summary>
public class UpstreamScenarios
{
    [Fact]
    public async Task A_dead_server_is_unavailable_at_once_when_the_budget_is_spent_and_calls_succeed_when_it_is_back()
    {
        await using var restate = await RestateTestHost.StartAsync(
            new Dictionary<string, string> { ["RESTATE_LISTEN_MODE"] = "all" }, CounterMachine.Definition);
        var grpcPort = FreePorts.Next();
        await using var gateway = MachineGatewayApplication.Create(["--Logging:LogLevel:Default=Warning"], options =>
        {
            options.Ingress = new Uri($"unix://{restate.Server.DataDirectory}/local/ingress.sock");
            options.Admin = restate.Server.AdminAddress;
            options.GrpcPort = grpcPort;
            options.HttpPort = FreePorts.Next();
            options.Upstream.RetryBudget = 3;
        });
        await gateway.StartAsync();
        using var counter = new GrpcClient(new Uri($"http://127.0.0.1:{grpcPort}"), "counter.v1.CounterService");
        Assert.Equal(1, await CountAsync());

        // The calls have no deadline: each would wait 30 s for the server.
        await restate.Server.KillAsync();
        var refused = 0;
        await Eventually.BecomesTrueAsync(async () => await RefusedAsync() && ++refused == 20, () => $"20 calls to be refused; {refused} were");

        await restate.Server.RestartAsync();
        await Eventually.BecomesTrueAsync(async () => !await RefusedAsync(), () => "a call to succeed again");
        Assert.True(await CountAsync() > 2);

        async Task<int> CountAsync() => (await counter.CallAsync<CounterSnapshot>(
            "Send", new SendRequest { Key = "k", Event = new CounterEvent { Increment = new Increment() } })).Context.Total;

        async Task<bool> RefusedAsync()
        {
            try
            {
                await CountAsync();
                return false;
            }
            catch (GrpcException e)
            {
                Assert.Equal((StatusCode.Unavailable, "RESTATE_UNAVAILABLE"), (e.Code, e.Reason));
                return true;
            }
        }
    }
}
