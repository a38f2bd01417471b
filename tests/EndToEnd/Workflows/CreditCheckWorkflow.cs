using Credit.V1;
using Google.Protobuf.WellKnownTypes;
using Machines;
using Machines.V1;
using Restate.Sdk;
using Rpc;
using Statecharts;
using Enum = System.Enum;
using Status = Machines.V1.Status;

namespace EndToEnd.Workflows;

/// <summary>Checks a customer's credit, in time, and starts the application or sends a rejection.</summary>
public abstract class CreditCheckWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly DurablePromise<Customer, CreditCheck> CheckCredit = new("checkCredit", async (context, customer) =>
    {
        if (customer.Employer == "Molasses")
            await context.Sleep(TimeSpan.FromHours(1));
        return await context.Run("ask the bureau", _ => ValueTask.FromResult(customer.YearlyIncome)) switch
        {
            >= 40_000 => new CreditCheck { Id = customer.Id, Score = 700, Decision = Decision.Approved, Reason = "Good credit score" },
            > 0 => new CreditCheck { Id = customer.Id, Score = 300, Decision = Decision.Denied, Reason = "Bad credit score" },
            0 => new CreditCheck { Id = customer.Id },
            _ => throw new TerminalException(422, "an income is never negative"),
        };
    });

    private static readonly DurablePromise<Customer, Application> StartApplication = new("startApplication", async (context, customer) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(20));
        return new Application { Id = $"application of {customer.Id}" };
    });

    private static readonly DurablePromise<Customer, RejectionEmail> SendRejection = new("sendRejection", async (context, customer) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(20));
        return new RejectionEmail { Text = $"Sorry, {customer.Name}." };
    });

    private readonly GrpcClient _checks = host.Service("credit.v1.CreditCheckService");

    internal static DurableMachine Machine { get; } = new("creditCheck", Define());

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<CreditState, CreditFile, CreditEvent>("creditCheck")
            .Context<CreditRequest>(request => new CreditFile { Request = request })
            .InitialTransition(CreditState.CheckingCredit);
        ConfigureCheck(machine);
        return machine.Build();
    }

    /// <summary>What the machine has in common with the one that waits for its customer.</summary>
    internal static void ConfigureCheck(StateMachineBuilder<CreditState, CreditFile> machine)
    {
        machine.Output(Result);
        machine.Configure(CreditState.CheckingCredit)
            .After("patience", file => file.Request.Patience?.ToTimeSpan() ?? TimeSpan.FromMinutes(15), CreditState.TimedOut)
            .Invoke(CheckCredit, file => file.Request.Customer)
                .OnDone(CreditState.EvaluatingDecision, (file, check) => file.Check = check);
        machine.Configure(CreditState.EvaluatingDecision).Tag("EvaluateDecision")
            .AlwaysIf(CreditState.StartingApplication, (file, _) => file.Check.Decision == Decision.Approved)
            .Always(CreditState.RejectingApplication);
        machine.Configure(CreditState.StartingApplication)
            .Invoke(StartApplication, file => file.Request.Customer)
                .OnDone(CreditState.Ended, (file, application) => file.Application = application);
        machine.Configure(CreditState.RejectingApplication)
            .Invoke(SendRejection, file => file.Request.Customer)
                .OnDone(CreditState.Ended, (file, email) => file.Email = email);
        machine.Configure(CreditState.Ended).Final().Tag("End");
        machine.Configure(CreditState.TimedOut).Tag("timeout");
    }

    internal static Customer Customer(int yearlyIncome, string employer = "MyCompany") => new()
    {
        Id = "customer123",
        Name = "John Doe",
        Ssn = 123_456_789_012,
        YearlyIncome = yearlyIncome,
        Address = "123 MyLane, MyCity, MyCountry",
        Employer = employer,
    };

    private static CreditResult Result(CreditFile file)
    {
        var result = new CreditResult { Decision = file.Check.Decision };
        if (file.OutcomeCase == CreditFile.OutcomeOneofCase.Application)
            result.Application = file.Application;
        else
            result.Email = file.Email;
        return result;
    }

    [Fact]
    public async Task The_application_of_a_customer_with_good_credit_is_started()
    {
        var created = await CreateAsync(Customer(50_000));
        Assert.Equal([CreditState.CheckingCredit], created.States);
        Assert.Equal(Customer(50_000), created.Context.Request.Customer);
        Assert.Null(created.Context.Check);

        var ended = await EndedAsync();
        Assert.Equal(new CreditResult { Decision = Decision.Approved, Application = new Application { Id = "application of customer123" } }, ended.Output);
        Assert.Equal(new CreditCheck { Id = "customer123", Score = 700, Decision = Decision.Approved, Reason = "Good credit score" }, ended.Context.Check);
        Assert.Equal(ended.Output.Application, ended.Context.Application);
    }

    [Theory]
    [InlineData(10_000, "Denied", 300)]
    [InlineData(0, "Unspecified", 0)]
    public async Task The_application_of_any_other_customer_is_rejected(int yearlyIncome, string decision, int score)
    {
        await CreateAsync(Customer(yearlyIncome));
        var ended = await EndedAsync();
        Assert.Equal(new CreditResult { Decision = Enum.Parse<Decision>(decision), Email = new RejectionEmail { Text = "Sorry, John Doe." } }, ended.Output);
        Assert.Equal(score, ended.Context.Check.Score);
    }

    [Fact]
    public async Task A_check_that_takes_too_long_is_given_up()
    {
        await CreateAsync(Customer(50_000, "Molasses"), TimeSpan.FromMilliseconds(100));
        var timedOut = (await WaitForAsync<WaitForResponse>(_checks, new Condition { HasTag = "timeout" })).Matched;
        Assert.Equal([CreditState.TimedOut], timedOut.States);
        Assert.Equal(Status.Active, timedOut.Info.Status);

        await Host.EndedAsync(Key, "invokePromise");
        Assert.Equal(timedOut, await _checks.CallAsync<CreditSnapshot>("GetSnapshot", Instance));
        Assert.Null(timedOut.Context.Check);
    }

    [Fact]
    public async Task A_check_that_fails_fails_the_workflow()
    {
        await CreateAsync(Customer(-1));
        var error = await Assert.ThrowsAsync<GrpcException>(() => WaitForAsync<WaitForResponse>(_checks, Done));
        Assert.Equal((StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE"), (error.Code, error.Reason));

        var failed = await _checks.CallAsync<CreditSnapshot>("GetSnapshot", Instance);
        Assert.Equal((Status.Error, "an income is never negative"), (failed.Info.Status, failed.Info.Error.Message));
        Assert.Null(failed.Output);
    }

    private Task<CreditSnapshot> CreateAsync(Customer customer, TimeSpan? patience = null) =>
        _checks.CallAsync<CreditSnapshot>("Create", new CreateRequest
        {
            Key = Key,
            Input = new CreditRequest { Customer = customer, Patience = patience is { } time ? Duration.FromTimeSpan(time) : null },
        });

    private async Task<CreditSnapshot> EndedAsync()
    {
        var ended = (await WaitForAsync<WaitForResponse>(_checks, Done)).Matched;
        Assert.Equal([CreditState.Ended], ended.States);
        return ended;
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class CreditCheck_workflow(NormalWorkflowHost host) : CreditCheckWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class CreditCheck_workflow_under_forced_replay(ReplayWorkflowHost host) : CreditCheckWorkflow(host);
