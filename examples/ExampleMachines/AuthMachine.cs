using Auth.V1;
using Machines;
using Statecharts;

namespace ExampleMachines;

/// <summary>
/// A client that asks a server machine to authorise it. The server is a child inside the same instance; it runs a promise that
/// takes five seconds, and a second later sends the token to its parent.
/// </summary>
public static class AuthMachine
{
    // Runs in a handler of its own, so the machine goes on taking events. The sleep is durable: a crash does not start it over.
    private static readonly DurablePromise<object?, string> Authorise = new("authorise", async (context, _) =>
    {
        await context.Sleep(TimeSpan.FromSeconds(5));
        return $"token-{context.NewGuid():N}";
    });

    public static DurableMachine Definition { get; } = new("auth", Client())
    {
        Documentation = "Authorises a client: send AUTH, and wait until it is done.",
    };

    private static StateMachine Client()
    {
        var machine = ProtobufMachine.Define<AuthState, AuthContext, AuthEvent>("client").InitialTransition(AuthState.Idle);
        machine.Configure(AuthState.Idle)
            .Permit<Auth.V1.Auth>(AuthState.Authorizing);
        machine.Configure(AuthState.Authorizing)
            .Invoke(Server(), id: "auth-server")
            .OnEntry(run => run.SendTo("auth-server", new Code()))
            .Permit<Token>(AuthState.Authorized, (context, token) => context.Token = token.Value);
        machine.Configure(AuthState.Authorized).Final();
        return machine.Build();
    }

    private static StateMachine Server()
    {
        var machine = new StateMachineBuilder<ServerState, object>("server").InitialTransition(ServerState.WaitingForCode);
        machine.Configure(ServerState.WaitingForCode)
            .Permit<Code>(ServerState.Process);
        machine.Configure(ServerState.Process)
            .Invoke(Authorise, id: "process")
                .OnDone(actions: run => run.SendParent((_, token) => new Token { Value = token }, delay: TimeSpan.FromSeconds(1)));
        return machine.Build();
    }

    private enum ServerState
    {
        WaitingForCode,
        Process,
    }

    private sealed record Code;
}
