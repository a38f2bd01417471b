using Credit.V1;
using Google.Protobuf.WellKnownTypes;
using Machines;
using Machines.V1;
using Rpc;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>The credit check, waited for by its callers in all the ways that there are.</summary>
public abstract class CreditDeskWorkflow(WorkflowHost host) : Workflow(host)
{
    private readonly GrpcClient _desks = host.Service("credit.v1.CreditDeskService");

    internal static DurableMachine Machine { get; } = new("creditDesk", Define());

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<CreditState, CreditFile, CreditEvent>("creditDesk").InitialTransition(CreditState.WaitingForInput);
        machine.Configure(CreditState.WaitingForInput).Tag("WaitForInput")
            .Permit<Start>(CreditState.CheckingCredit, (file, start) => file.Request = start.Request);
        CreditCheckWorkflow.ConfigureCheck(machine);
        return machine.Build();
    }

    [Fact]
    public async Task Each_of_several_callers_gets_what_it_waits_for()
    {
        await _desks.CallAsync<CreditSnapshot>("Create", Instance);
        var waiting = await WaitForAsync(new Condition { HasTag = "WaitForInput" });
        Assert.Equal(["WaitForInput"], waiting.Info.Tags);

        var evaluating = WaitForAsync(new Condition { HasTag = "EvaluateDecision" });
        var starting = WaitForAsync(new Condition { Matches = "startingApplication" });
        var end = WaitForAsync(new Condition { HasTag = "End" });
        await Host.EndedAsync(Key, "subscribe", times: 4);
        var done = await StartAsync(yearlyIncome: 50_000);

        Assert.Equal(Decision.Approved, done.Output.Decision);
        Assert.Equal(["End"], done.Info.Tags);
        Assert.Equal(done, await end);
        Assert.Equal([CreditState.StartingApplication], (await starting).States);
        Assert.Null((await starting).Output);

        // The machine only passes through this state: no snapshot ever has its tag.
        var error = await Assert.ThrowsAsync<GrpcException>(() => evaluating);
        Assert.Equal((StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task A_caller_that_brings_the_customer_needs_no_other_call()
    {
        var done = await StartAsync(yearlyIncome: 10_000);
        Assert.Equal(Decision.Denied, done.Output.Decision);
        Assert.Equal("Sorry, John Doe.", done.Output.Email.Text);
    }

    [Fact]
    public async Task A_caller_that_waits_in_vain_is_told_so()
    {
        await _desks.CallAsync<CreditSnapshot>("Create", Instance);
        var error = await Assert.ThrowsAsync<GrpcException>(() => LastAsync<WaitForResponse>(
            _desks, new StartAndWaitRequest { Key = Key, Condition = Done, Timeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(50)) }));
        Assert.Equal((StatusCode.DeadlineExceeded, "WAIT_TIMED_OUT"), (error.Code, error.Reason));
    }

    private async Task<CreditSnapshot> WaitForAsync(Condition condition) =>
        (await LastAsync<WaitForResponse>(_desks, new StartAndWaitRequest { Key = Key, Condition = condition })).Matched;

    private async Task<CreditSnapshot> StartAsync(int yearlyIncome)
    {
        var start = new Start { Request = new CreditRequest { Customer = CreditCheckWorkflow.Customer(yearlyIncome) } };
        var request = new StartAndWaitRequest { Key = Key, Condition = Done, Event = new CreditEvent { Start = start } };
        return (await LastAsync<WaitForResponse>(_desks, request)).Matched;
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class CreditDesk_workflow(NormalWorkflowHost host) : CreditDeskWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class CreditDesk_workflow_under_forced_replay(ReplayWorkflowHost host) : CreditDeskWorkflow(host);
