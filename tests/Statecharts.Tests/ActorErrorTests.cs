using System.Text.Json;

namespace Statecharts.Tests;

/// <summary>A failure says what happened, and where.</summary>
public class ActorErrorTests
{
    private static readonly PromiseActor<object?, string> s_work = new("work");

    private sealed class Data
    {
        public int Number { get; set; }
    }

    [Fact]
    public void A_promise_is_named_by_its_path_and_keeps_its_code_when_it_is_stored()
    {
        var machine = Parent(Child());
        var start = machine.Start();
        var promise = Assert.Single(start.Effects.OfType<StartPromise>()).Actor;
        var failed = machine.Reject(start.Snapshot, promise, new ActorError("TerminalException", "no such item") { Code = 404 }).Snapshot;

        var expected = new ActorError("TerminalException", "no such item") { Code = 404, Source = "server/process" };
        Assert.Equal((ActorStatus.Error, expected), (failed.Status, failed.Error));
        Assert.Equal(expected, machine.ReadSnapshot(JsonElement.Parse(failed.ToString())).Error);
    }

    private sealed class MuteException : Exception
    {
        public override string Message => null!;
    }

    private sealed class BrokenException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    [Fact]
    public void An_exception_without_a_message_is_an_error_like_any_other()
    {
        Assert.Equal(new ActorError("MuteException", ""), ActorError.From(new MuteException()));
        Assert.Equal(new ActorError("BrokenException", "its message cannot be read: NotSupportedException"), ActorError.From(new BrokenException()));
    }

    [Fact]
    public void A_context_that_is_null_is_an_error()
    {
        var builder = new StateMachineBuilder<string, Data>("m").InitialTransition("a");
        builder.Configure("a").InternalTransition("NULL", actions: run => run.Assign((_, _) => null!));
        var machine = builder.Build();
        var failed = machine.Send(machine.Start().Snapshot, "NULL").Snapshot;
        Assert.Equal((ActorStatus.Error, "m.a (assign)"), (failed.Status, failed.Error!.Source));
        Assert.Equal(0, Assert.IsType<Data>(failed.Context).Number);

        var none = new StateMachineBuilder<string, Data>("m").Context<string>(_ => null!).InitialTransition("a");
        none.Configure("a");
        Assert.Equal("m (context)", none.Build().Start("x").Snapshot.Error?.Source);
    }

    [Fact]
    public void The_handler_of_an_error_sees_its_code()
    {
        var builder = new StateMachineBuilder<string, Data>("order").InitialTransition("working");
        builder.Configure("working").Invoke(s_work, id: "process")
            .OnErrorIf("missing", (_, error) => error.Code == 404, (data, error) => data.Number = error.Code!.Value);
        builder.Configure("missing");
        var machine = builder.Build();
        var start = machine.Start();
        var failed = machine.Reject(start.Snapshot, Assert.Single(start.Effects.OfType<StartPromise>()).Actor, new ActorError("Error", "") { Code = 404 });
        Assert.Equal((404, "missing"), (failed.Snapshot.ContextAs<Data>().Number, failed.Snapshot.Value.Name));
    }

    [Theory]
    [InlineData("ASSIGN", "order.open (assign)")]
    [InlineData("ENTER", "order.open.entered (assign)")]
    [InlineData("GUARD", "order.open (guard)")]
    [InlineData("CHECK", "order.open.checked (guard)")]
    [InlineData("END", "order.ended (output)")]
    public void What_a_machine_itself_does_is_named_by_state_and_action(string type, string source)
    {
        var machine = Failing("order");
        var failed = machine.Send(machine.Start().Snapshot, new Event(type)).Snapshot;
        Assert.Equal(("InvalidOperationException", source), (failed.Error!.Name, failed.Error.Source));
    }

    [Fact]
    public void What_a_child_machine_does_begins_with_its_path()
    {
        var machine = Parent(Failing("server"));
        var failed = machine.Send(machine.Start().Snapshot, new Event("ASSIGN"), ActorPath.Root.Child("server")).Snapshot;
        Assert.Equal((ActorStatus.Error, "server: server.open (assign)"), (failed.Status, failed.Error!.Source));
    }

    [Fact]
    public void A_context_that_cannot_be_made_is_named_so()
    {
        var builder = new StateMachineBuilder<string, Data>("order").Context<object>(_ => throw Broken()).InitialTransition("open");
        builder.Configure("open");
        Assert.Equal("order (context)", builder.Build().Start().Snapshot.Error!.Source);
    }

    private static StateMachine Failing(string id)
    {
        var builder = new StateMachineBuilder<string, Data>(id).Output<int>(_ => throw Broken()).InitialTransition("open");
        builder.Configure("open").InitialTransition("idle")
            .InternalTransition("ASSIGN", (_, _) => throw Broken())
            .Permit("ENTER", "entered")
            .PermitIf("GUARD", "idle", (_, _) => throw Broken())
            .Permit("CHECK", "checked")
            .Permit("END", "ended");
        builder.Configure("idle").SubstateOf("open");
        builder.Configure("entered").SubstateOf("open").OnEntry((_, _) => throw Broken());
        builder.Configure("checked").SubstateOf("open").AlwaysIf("idle", (_, _) => throw Broken());
        builder.Configure("ended").Final();
        return builder.Build();
    }

    private static InvalidOperationException Broken() => new("it broke");

    private static StateMachine Child()
    {
        var builder = new StateMachineBuilder<string, Data>("server").InitialTransition("working");
        builder.Configure("working").Invoke(s_work, id: "process");
        return builder.Build();
    }

    private static StateMachine Parent(StateMachine child)
    {
        var builder = new StateMachineBuilder<string, Data>("client").InitialTransition("waiting");
        builder.Configure("waiting").Invoke(child, id: "server");
        return builder.Build();
    }
}
