using Accounts.V1;
using Machines;
using Machines.V1;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>
/// An account with the flow that confirms its payments: the payment is passed on to the flow, and the flow tells the account how it
/// ended. The functions that the flow runs are written once, and used wherever they are needed.
/// </summary>
public abstract class ConfirmationWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly DurablePromise<Confirmation, bool> CheckFunds = new("checkFunds", async (context, confirmation) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(10));
        return confirmation.Payment.Amount < 1000;
    });

    private static readonly DurablePromise<string, string> SendEmail = new("sendEmail", (context, text) =>
        context.Run("send", _ => ValueTask.FromResult(text)));

    private readonly GrpcClient _accounts = host.Service("accounts.v1.ConfirmationService");

    internal static DurableMachine Machine { get; } = new("confirmation", Define());

    private enum ConfirmationState
    {
        Pending,
        PaymentReceived,
        ConfirmBasedOnFunds,
        SendPaymentSuccess,
        SendInsufficientFunds,
        End,
    }

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<Account, AccountEvent>("account");
        machine.Root
            .InternalTransition<ReceivePayment>(actions: run => run.SendTo("confirmation", (_, payment) => payment))
            .InternalTransition<ConfirmationCompleted>(Complete)
            .Invoke(DefineConfirmation(), id: "confirmation");
        return machine.Build();
    }

    private static void Complete(Account account, ConfirmationCompleted completed)
    {
        account.Payment = completed.Payment;
        if (completed.HasProblem)
            account.Problem = completed.Problem;
    }

    private static StateMachine DefineConfirmation()
    {
        var machine = ProtobufMachine.Define<ConfirmationState, Confirmation, AccountEvent>("paymentconfirmation")
            .InitialTransition(ConfirmationState.Pending);
        machine.Configure(ConfirmationState.Pending)
            .Permit<ReceivePayment>(
                ConfirmationState.PaymentReceived,
                (confirmation, received) =>
                    (confirmation.AccountId, confirmation.Payment, confirmation.Customer) = (received.AccountId, received.Payment, received.Customer));
        machine.Configure(ConfirmationState.PaymentReceived)
            .Invoke(CheckFunds, confirmation => confirmation)
                .OnDone(ConfirmationState.ConfirmBasedOnFunds, (confirmation, available) => confirmation.FundsAvailable = available);
        machine.Configure(ConfirmationState.ConfirmBasedOnFunds)
            .AlwaysIf(ConfirmationState.SendPaymentSuccess, (confirmation, _) => confirmation.FundsAvailable)
            .Always(ConfirmationState.SendInsufficientFunds);
        machine.Configure(ConfirmationState.SendPaymentSuccess)
            .Invoke(SendEmail, confirmation => $"Thank you, {confirmation.Customer.Name}.")
                .OnDone(ConfirmationState.End, (confirmation, email) => confirmation.Email = email);
        machine.Configure(ConfirmationState.SendInsufficientFunds)
            .Invoke(SendEmail, confirmation => $"Account {confirmation.AccountId} has insufficient funds, {confirmation.Customer.Name}.")
                .OnDone(ConfirmationState.End, (confirmation, email) => confirmation.Email = email);
        machine.Configure(ConfirmationState.End).Final()
            .OnEntry(run => run.SendParent((confirmation, _) => Completed(confirmation)));
        return machine.Build();
    }

    private static ConfirmationCompleted Completed(Confirmation confirmation)
    {
        var completed = new ConfirmationCompleted { Payment = confirmation.Payment };
        if (!confirmation.FundsAvailable)
            completed.Problem = confirmation.Email;
        return completed;
    }

    [Fact]
    public async Task A_payment_that_the_account_can_pay_is_confirmed()
    {
        var received = await ReceiveAsync(amount: 100);
        Assert.Equal(new Account(), received.Context);
        Assert.Equal(Status.Active, received.Info.Status);

        var completed = await CompletedAsync();
        Assert.Equal(100, completed.Context.Payment.Amount);
        Assert.False(completed.Context.HasProblem);
        Assert.Equal(Status.Active, completed.Info.Status);
    }

    [Fact]
    public async Task A_payment_that_the_account_cannot_pay_is_a_problem()
    {
        await ReceiveAsync(amount: 1000);
        var completed = await CompletedAsync();
        Assert.Equal(1000, completed.Context.Payment.Amount);
        Assert.Equal("Account 1234 has insufficient funds, John Doe.", completed.Context.Problem);
    }

    private Task<AccountSnapshot> ReceiveAsync(long amount) =>
        _accounts.CallAsync<AccountSnapshot>("ReceivePayment", new ReceivePaymentRequest
        {
            Key = Key,
            AccountId = "1234",
            Payment = new Money { Amount = amount },
            Customer = new Customer { Name = "John Doe" },
        });

    private async Task<AccountSnapshot> CompletedAsync()
    {
        var account = new AccountSnapshot();
        await Eventually.BecomesTrueAsync(
            async () => (account = await _accounts.CallAsync<AccountSnapshot>("GetSnapshot", Instance)).Context.Payment is not null,
            () => $"the confirmation; the account was {account}");
        return account;
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Confirmation_workflow(NormalWorkflowHost host) : ConfirmationWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Confirmation_workflow_under_forced_replay(ReplayWorkflowHost host) : ConfirmationWorkflow(host);
