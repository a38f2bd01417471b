using Applications.V1;
using Machines;
using Machines.V1;
using Restate.Sdk;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>Starts an application for adults, and rejects that of a child, or one that cannot be started.</summary>
public abstract class ApplicantWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly DurablePromise<Applicant, string> StartApplication = new("startApplication", async (context, applicant) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(20));
        return applicant.Email.Length > 0 ? $"application-{context.NewGuid():N}" : throw new TerminalException(422, "there is no email address");
    });

    private static readonly DurablePromise<Applicant, string> SendRejection = new("sendRejection", async (context, applicant) =>
        await context.Run("send", _ => ValueTask.FromResult($"Sorry, {applicant.FirstName} {applicant.LastName}.")));

    private readonly GrpcClient _applicants = host.Service("applications.v1.ApplicantService");

    internal static DurableMachine Machine { get; } = new("applicant", Define());

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<ApplicationState, Application, ApplicationEvent>("applicant")
            .Context<Applicant>(applicant => new Application { Applicant = applicant })
            .InitialTransition(ApplicationState.Checking);
        machine.Configure(ApplicationState.Checking)
            .PermitIf<Submit>(ApplicationState.Starting, (application, _) => application.Applicant.Age >= 18)
            .Permit<Submit>(ApplicationState.Rejecting);
        machine.Configure(ApplicationState.Starting)
            .Invoke(StartApplication, application => application.Applicant)
                .OnDone(ApplicationState.Decided, (application, number) => application.Started = number)
                .OnError(ApplicationState.Rejecting);
        machine.Configure(ApplicationState.Rejecting)
            .Invoke(SendRejection, application => application.Applicant)
                .OnDone(ApplicationState.Decided, (application, email) => application.Rejected = email);
        machine.Configure(ApplicationState.Decided).Final();
        return machine.Build();
    }

    [Fact]
    public async Task The_application_of_an_adult_is_started()
    {
        var created = await CreateAsync(age: 22);
        Assert.Equal([ApplicationState.Checking], created.States);
        Assert.Equal(Application.DecisionOneofCase.None, created.Context.DecisionCase);

        Assert.Equal([ApplicationState.Starting], (await SubmitAsync()).States);
        var decided = await DecidedAsync();
        Assert.Equal(Status.Done, decided.Info.Status);
        Assert.Equal(created.Context.Applicant, decided.Context.Applicant);
        Assert.StartsWith("application-", decided.Context.Started, StringComparison.Ordinal);
        Assert.Equal(3ul, decided.Info.Revision);
    }

    [Fact]
    public async Task The_application_of_a_child_is_rejected()
    {
        await CreateAsync(age: 17);
        Assert.Equal([ApplicationState.Rejecting], (await SubmitAsync()).States);
        Assert.Equal("Sorry, John Stockton.", (await DecidedAsync()).Context.Rejected);
    }

    [Fact]
    public async Task An_application_that_cannot_be_started_is_rejected()
    {
        await CreateAsync(age: 22, email: "");
        Assert.Equal([ApplicationState.Starting], (await SubmitAsync()).States);
        var decided = await DecidedAsync();
        Assert.Equal("Sorry, John Stockton.", decided.Context.Rejected);
        Assert.Equal(4ul, decided.Info.Revision);
    }

    private Task<ApplicationSnapshot> CreateAsync(int age, string email = "js@something.example") =>
        _applicants.CallAsync<ApplicationSnapshot>("Create", new CreateRequest
        {
            Key = Key,
            Input = new Applicant { FirstName = "John", LastName = "Stockton", Age = age, Email = email },
        });

    private Task<ApplicationSnapshot> SubmitAsync() => _applicants.CallAsync<ApplicationSnapshot>("Submit", Instance);

    private async Task<ApplicationSnapshot> DecidedAsync()
    {
        var decided = (await WaitForAsync<WaitForResponse>(_applicants, Done)).Matched;
        Assert.Equal([ApplicationState.Decided], decided.States);
        return decided;
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Applicant_workflow(NormalWorkflowHost host) : ApplicantWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Applicant_workflow_under_forced_replay(ReplayWorkflowHost host) : ApplicantWorkflow(host);
