using Machines;
using Payment.V1;
using Restate.Sdk;
using Statecharts;

namespace ExampleMachines;

/// <summary>
/// A payment that is approved, in time or by hand, and then booked: from the sender, to the recipient, and back to the sender
/// when there is no such recipient.
/// </summary>
public static class PaymentMachine
{
    private static readonly TimeSpan ApprovalTimeout = TimeSpan.FromSeconds(10);

    private static readonly DurablePromise<BalanceUpdate, string> UpdateBalance = new("updateBalance", async (context, update) =>
    {
        var booking = context.NewGuid();
        await context.Run("book", _ => Bank.BookAsync(booking, update));
        return $"{booking:N}";
    });

    public static DurableMachine Definition { get; } = new("payment", Machine())
    {
        History = 50,
        Documentation = "Moves money from one account to another, once somebody approved.",
    };

    private static StateMachine Machine()
    {
        var machine = ProtobufMachine.Define<PaymentState, Payment.V1.Payment, PaymentEvent>("payment")
            .Context<PaymentInput>(input => new Payment.V1.Payment { Request = input })
            .InitialTransition(PaymentState.AwaitingApproval);
        machine.Configure(PaymentState.AwaitingApproval)
            .OnEntry(run => run.Log((payment, _) => $"asks {payment.Request.Sender} to approve"))
            .Permit<Approve>(PaymentState.Debiting)
            .Permit<Reject>(PaymentState.Rejected, (payment, reject) => payment.Failure = reject.Reason)
            .After("approvalTimeout", payment => payment.Request.ApprovalTimeout?.ToTimeSpan() ?? ApprovalTimeout, PaymentState.AwaitingManualApproval);
        machine.Configure(PaymentState.AwaitingManualApproval)
            .OnEntry(run => run.Log((payment, _) => $"sends an email to {payment.Request.Sender}"))
            .Permit<Approve>(PaymentState.Debiting)
            .Permit<Reject>(PaymentState.Rejected, (payment, reject) => payment.Failure = reject.Reason);
        machine.Configure(PaymentState.Debiting)
            .Invoke(UpdateBalance, payment => new BalanceUpdate { Account = payment.Request.Sender, Amount = -payment.Request.Amount })
                .OnDone(PaymentState.Crediting, (payment, booking) => payment.Bookings.Add(booking))
                .OnError(PaymentState.Cancelled, (payment, error) => payment.Failure = error.Message);
        machine.Configure(PaymentState.Crediting)
            .Invoke(UpdateBalance, payment => new BalanceUpdate { Account = payment.Request.Recipient, Amount = payment.Request.Amount })
                .OnDone(PaymentState.Succeeded, (payment, booking) => payment.Bookings.Add(booking))
                .OnError(PaymentState.Refunding, (payment, error) => payment.Failure = error.Message);
        machine.Configure(PaymentState.Refunding)
            .Invoke(UpdateBalance, payment => new BalanceUpdate { Account = payment.Request.Sender, Amount = payment.Request.Amount })
                .OnDone(PaymentState.Cancelled, (payment, booking) => payment.Bookings.Add(booking));
        machine.Configure(PaymentState.Succeeded).Final();
        machine.Configure(PaymentState.Rejected).Final();
        machine.Configure(PaymentState.Cancelled).Final();
        return machine.Build();
    }

    /// <summary>Stands for a bank's API, which books a reference once however often it is asked to.</summary>
    private static class Bank
    {
        private const string UnknownAccount = "nobody";

        public static ValueTask BookAsync(Guid reference, BalanceUpdate update) =>
            update.Account == UnknownAccount
                ? ValueTask.FromException(new TerminalException(404, $"booking {reference:N}: there is no account '{update.Account}'"))
                : ValueTask.CompletedTask;
    }
}
