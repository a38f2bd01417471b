using Auth.V1;
using ExampleMachines;

namespace Machines.Testing.Tests;

public class AuthMachineTests
{
    [Fact]
    public void The_client_is_authorized_a_second_after_the_server_has_a_token()
    {
        var auth = MachineTest.Start(AuthMachine.Definition);
        auth.Send(new Auth.V1.Auth());
        auth.Resolve("process", "token-1");
        Assert.True(auth.IsIn(AuthState.Authorizing));

        auth.Advance(TimeSpan.FromSeconds(1));
        Assert.True(auth.IsIn(AuthState.Authorized));
        Assert.Equal("token-1", auth.Context<AuthContext>().Token);
    }

    [Fact]
    public async Task The_same_machine_on_a_real_server_runs_the_promise_too()
    {
        await using var restate = await RestateTestHost.StartAsync(AuthMachine.Definition);
        var done = await restate.CallAsync("auth", "alice", "waitFor", """{"condition": "done", "event": {"type": "AUTH"}}""");
        Assert.StartsWith("token-", done.GetProperty("context").GetProperty("token").GetString(), StringComparison.Ordinal);
    }
}
