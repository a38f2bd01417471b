namespace Statecharts.Tests.Examples;

/// <summary>A payment: approval with a deadline, then a debit and a credit, and a refund when the credit fails.</summary>
public class PaymentTests
{
    private enum State
    {
        AwaitingApproval,
        AwaitingManualApproval,
        Approved,
        Debited,
        Refunding,
        Succeeded,
        Rejected,
        Cancelled,
    }

    private sealed record Approved;

    private sealed record Rejected;

    private sealed record Request(string Id, string Sender, string Recipient, int Amount);

    private sealed record Payment(string Id, string Sender, string Recipient, int Amount);

    private sealed record Update(string User, int Amount);

    private static readonly StateMachine s_machine = Build();

    private static StateMachine Build()
    {
        var updateBalance = new PromiseActor<Update, string>("updateBalance");
        var machine = new StateMachineBuilder<State, Payment>("payment")
            .InitialTransition(State.AwaitingApproval)
            .Context<Request>(r => new Payment(r.Id, r.Sender, r.Recipient, r.Amount));

        machine.Configure(State.AwaitingApproval)
            .OnEntry(run => run.Log((payment, _) => $"Requesting approval for {payment.Id}"))
            .Permit<Approved>(State.Approved)
            .Permit<Rejected>(State.Rejected)
            .After(TimeSpan.FromSeconds(10), State.AwaitingManualApproval);
        machine.Configure(State.AwaitingManualApproval)
            .OnEntry(run => run.Log((payment, _) => $"Sending email to {payment.Sender}"))
            .Permit<Approved>(State.Approved)
            .Permit<Rejected>(State.Rejected);
        machine.Configure(State.Approved)
            .Invoke(updateBalance, payment => new Update(payment.Sender, -payment.Amount))
                .OnDone(State.Debited)
                .OnError(State.Cancelled);
        machine.Configure(State.Debited)
            .Invoke(updateBalance, payment => new Update(payment.Recipient, payment.Amount))
                .OnDone(State.Succeeded)
                .OnError(State.Refunding);
        machine.Configure(State.Refunding)
            .Invoke(updateBalance, payment => new Update(payment.Sender, payment.Amount))
                .OnDone(State.Cancelled);
        return machine.Build();
    }

    private static Macrostep Start() => s_machine.Start(new Request("p1", "ann", "bob", 10));

    [Fact]
    public void The_start_logs_and_sets_the_deadline()
    {
        var step = Start();

        Assert.Equal("Requesting approval for p1", step.Effects.OfType<Log>().Single().Message);
        var deadline = step.Effects.OfType<ScheduleEvent>().Single();
        Assert.Equal(("xstate.after.10000.payment.awaitingApproval", TimeSpan.FromSeconds(10)), (deadline.Event.Type, deadline.Delay));
        Assert.Equal(deadline.Event.Type, deadline.Id);
    }

    [Fact]
    public void The_deadline_leads_to_manual_approval()
    {
        var step = Start();
        var deadline = step.Effects.OfType<ScheduleEvent>().Single();

        step = s_machine.Send(step.Snapshot, deadline.Event, deadline.Target);

        Assert.Equal(["awaitingManualApproval"], step.Snapshot.ActivePaths);
        Assert.Equal("Sending email to ann", step.Effects.OfType<Log>().Single().Message);
    }

    [Fact]
    public void Approval_cancels_the_deadline_and_debits_the_sender()
    {
        var step = s_machine.Send(Start().Snapshot, new Approved());

        Assert.Contains(new CancelScheduled(ActorPath.Root, "xstate.after.10000.payment.awaitingApproval"), step.Effects);
        Assert.Equal(new Update("ann", -10), step.Effects.OfType<StartPromise>().Single().Input);
    }

    [Fact]
    public void Both_updates_lead_to_success()
    {
        var step = s_machine.Send(Start().Snapshot, new Approved());
        step = s_machine.Resolve(step.Snapshot, Started(step), "ok");
        Assert.Equal(new Update("bob", 10), step.Effects.OfType<StartPromise>().Single().Input);
        step = s_machine.Resolve(step.Snapshot, Started(step), "ok");

        Assert.Equal("\"succeeded\"", step.Snapshot.Value.ToString());
        Assert.Empty(step.Snapshot.Children);
    }

    [Fact]
    public void A_failed_credit_is_refunded()
    {
        var step = s_machine.Send(Start().Snapshot, new Approved());
        step = s_machine.Resolve(step.Snapshot, Started(step), "ok");
        step = s_machine.Reject(step.Snapshot, Started(step), new ActorError("Error", "no such account"));
        Assert.Equal("\"refunding\"", step.Snapshot.Value.ToString());
        Assert.Equal(new Update("ann", 10), step.Effects.OfType<StartPromise>().Single().Input);
        step = s_machine.Reject(step.Snapshot, Started(step), new ActorError("Error", "still none"));

        Assert.Equal(ActorStatus.Error, step.Snapshot.Status);
        Assert.Equal("still none", step.Snapshot.Error!.Message);
    }

    [Fact]
    public void A_result_of_a_promise_that_was_stopped_is_ignored()
    {
        var step = s_machine.Send(Start().Snapshot, new Approved());
        var first = Started(step);
        var debited = s_machine.Resolve(step.Snapshot, first, "ok").Snapshot;

        Assert.Same(debited, s_machine.Resolve(debited, first, "late").Snapshot);
    }

    private static ActorPath Started(Macrostep step) => step.Effects.OfType<StartPromise>().Single().Actor;
}
