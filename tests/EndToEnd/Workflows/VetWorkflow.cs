using Google.Protobuf.WellKnownTypes;
using Machines;
using Machines.V1;
using Rpc;
using Statecharts;
using Vet.V1;

namespace EndToEnd.Workflows;

/// <summary>An event makes the practice call a service, after which it takes the next event, and none in between.</summary>
public abstract class VetWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly DurablePromise<PatientInfo, Appointment> MakeAppointment = new("makeAppointment", async (context, patient) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(patient.Reason == "Surgery" ? 3_600_000 : 20));
        return new Appointment { Id = $"{context.NewGuid():N}", Patient = patient, MadeAt = Timestamp.FromDateTimeOffset(await context.Now()) };
    });

    private readonly GrpcClient _vets = host.Service("vet.v1.VetService");

    internal static DurableMachine Machine { get; } = new("vet", Define()) { UnhandledEvents = UnhandledEvents.Reject };

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<VetState, Practice, VetEvent>("vet").InitialTransition(VetState.Idle);
        machine.Configure(VetState.Idle)
            .Permit<MakeVetAppointment>(VetState.MakingAppointment, (practice, request) => practice.Patient = request.Patient);
        machine.Configure(VetState.MakingAppointment)
            .Invoke(MakeAppointment, practice => practice.Patient)
                .OnDone(VetState.Idle, (practice, appointment) =>
                {
                    practice.Appointments.Add(appointment);
                    practice.Patient = null;
                });
        return machine.Build();
    }

    [Fact]
    public async Task One_appointment_is_made_after_the_other()
    {
        var first = await MakeAsync("Ato", "Annual checkup");
        var second = await MakeAsync("Bela", "Vaccination");
        var appointments = second.Context.Appointments;
        Assert.Equal(first.Context.Appointments.Single(), appointments[0]);
        Assert.Equal(["Ato", "Bela"], appointments.Select(appointment => appointment.Patient.Pet));
        Assert.NotEqual(appointments[0].Id, appointments[1].Id);
        Assert.True(appointments[1].MadeAt.ToDateTimeOffset() >= appointments[0].MadeAt.ToDateTimeOffset());
        Assert.Equal(5ul, second.Info.Revision);
    }

    [Fact]
    public async Task No_appointment_is_taken_while_another_is_being_made()
    {
        await SendAsync("Ato", "Surgery");
        var error = await Assert.ThrowsAsync<GrpcException>(() => SendAsync("Bela", "Vaccination"));
        Assert.Equal((StatusCode.InvalidArgument, "INVALID_EVENT"), (error.Code, error.Reason));
        Assert.Contains("does not handle 'MAKE_VET_APPOINTMENT'", error.Message, StringComparison.Ordinal);
    }

    private async Task<VetSnapshot> MakeAsync(string pet, string reason)
    {
        var making = await SendAsync(pet, reason);
        Assert.Equal([VetState.MakingAppointment], making.States);
        Assert.Equal(pet, making.Context.Patient.Pet);

        var made = (await WaitForAsync<WaitForResponse>(_vets, new Condition { AfterRevision = making.Info.Revision })).Matched;
        Assert.Equal([VetState.Idle], made.States);
        Assert.Null(made.Context.Patient);
        return made;
    }

    private Task<VetSnapshot> SendAsync(string pet, string reason)
    {
        var patient = new PatientInfo { Name = "Jenny", Pet = pet, Reason = reason };
        var request = new SendRequest { Key = Key, Event = new VetEvent { MakeVetAppointment = new MakeVetAppointment { Patient = patient } } };
        return _vets.CallAsync<VetSnapshot>("Send", request);
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Vet_workflow(NormalWorkflowHost host) : VetWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Vet_workflow_under_forced_replay(ReplayWorkflowHost host) : VetWorkflow(host);
