namespace Statecharts.Tests.Examples;

/// <summary>A client that invokes a server machine, which invokes a promise and answers after a second.</summary>
public class AuthMachineTests
{
    private enum ServerState
    {
        WaitingForCode,
        Process,
    }

    private enum ClientState
    {
        Idle,
        Authorizing,
        Authorized,
    }

    private sealed record Auth;

    private sealed record Code;

    private sealed record Token;

    private sealed class Nothing;

    private static readonly StateMachine s_client = Client();

    private static StateMachine Server()
    {
        var authorise = new PromiseActor<object, object>("authorise");
        var machine = new StateMachineBuilder<ServerState, Nothing>("server").InitialTransition(ServerState.WaitingForCode);
        machine.Configure(ServerState.WaitingForCode)
            .Permit<Code>(ServerState.Process);
        machine.Configure(ServerState.Process)
            .Invoke(authorise, id: "process")
                .OnDone(actions: run => run.SendParent(new Token(), delay: TimeSpan.FromSeconds(1)));
        return machine.Build();
    }

    private static StateMachine Client()
    {
        var machine = new StateMachineBuilder<ClientState, Nothing>("client").InitialTransition(ClientState.Idle);
        machine.Configure(ClientState.Idle)
            .Permit<Auth>(ClientState.Authorizing);
        machine.Configure(ClientState.Authorizing)
            .Invoke(Server(), id: "auth-server")
            .OnEntry(run => run.SendTo("auth-server", new Code()))
            .Permit<Token>(ClientState.Authorized);
        machine.Configure(ClientState.Authorized).Final();
        return machine.Build();
    }

    [Fact]
    public void Entering_authorizing_sends_the_code_to_the_server_that_it_invokes()
    {
        var step = s_client.Send(s_client.Start().Snapshot, new Auth());

        Assert.Equal("\"authorizing\"", step.Snapshot.Value.ToString());
        var server = Assert.IsType<Snapshot>(step.Snapshot.Child("auth-server")!.Snapshot);
        Assert.Equal("\"process\"", server.Value.ToString());
        var start = Assert.IsType<StartPromise>(Assert.Single(step.Effects));
        Assert.Equal(["auth-server", "process"], start.Actor.Ids);
        Assert.Equal("authorise", start.Promise.Name);
    }

    [Fact]
    public void The_token_comes_a_second_after_the_promise_and_ends_the_client()
    {
        var step = s_client.Send(s_client.Start().Snapshot, new Auth());
        var promise = step.Effects.OfType<StartPromise>().Single().Actor;

        step = s_client.Resolve(step.Snapshot, promise, null);
        var scheduled = Assert.IsType<ScheduleEvent>(Assert.Single(step.Effects));
        Assert.Equal("TOKEN", scheduled.Event.Type);
        Assert.Equal(TimeSpan.FromSeconds(1), scheduled.Delay);
        Assert.Equal(["auth-server"], scheduled.Actor.Ids);
        Assert.True(scheduled.Target.IsRoot);

        step = s_client.Send(step.Snapshot, scheduled.Event, scheduled.Target);
        Assert.Equal(ActorStatus.Done, step.Snapshot.Status);
        Assert.Equal("\"authorized\"", step.Snapshot.Value.ToString());
        Assert.Contains(step.Effects, effect => effect is CancelAllScheduled { Actor.Id: "auth-server" });
    }

    [Fact]
    public void The_instance_goes_on_from_its_json()
    {
        var step = s_client.Send(s_client.Start().Snapshot, new Auth());
        var promise = step.Effects.OfType<StartPromise>().Single().Actor;
        using var json = System.Text.Json.JsonDocument.Parse(step.Snapshot.ToString());

        var restored = s_client.ReadSnapshot(json.RootElement);
        Assert.Equal(step.Snapshot.ToString(), restored.ToString());

        step = s_client.Resolve(restored, ActorPath.Parse(promise.ToString()), null);
        var scheduled = step.Effects.OfType<ScheduleEvent>().Single();
        Assert.Equal(ActorStatus.Done, s_client.Send(step.Snapshot, scheduled.Event, scheduled.Target).Snapshot.Status);
    }
}
