using Machines.Runtime;
using Shipping.V1;
using Statecharts;

namespace Machines.Tests;

/// <summary>A host does not start with a machine that does not fit its service.</summary>
public class ServiceCheckTests
{
    [Fact]
    public void A_machine_that_fits_is_served()
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>("parcel")
            .Context<Place>(place => new Parcel { Last = place })
            .Output(parcel => parcel.Last)
            .InitialTransition(ParcelState.AtSender);
        machine.Configure(ParcelState.AtSender).Permit<Lose>(ParcelState.Lost);
        machine.Configure(ParcelState.Lost).Final();
        Assert.Empty(Mismatches(machine.Build()));
    }

    [Fact]
    public void Input_and_output_must_be_those_of_the_service()
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>("parcel")
            .Context<Parcel>(parcel => parcel)
            .Output(parcel => parcel)
            .InitialTransition(ParcelState.Lost);
        machine.Configure(ParcelState.Lost).Final();
        Assert.Equal(
            [
                "- shipping.v1.CreateRequest.input is shipping.v1.Place, but the machine's input is shipping.v1.Parcel.",
                "- shipping.v1.ParcelSnapshot.output is shipping.v1.Place, but the machine's output is shipping.v1.Parcel.",
            ],
            Mismatches(machine.Build()));
    }

    [Fact]
    public void Events_and_states_of_a_machine_that_is_not_typed_by_protobuf_must_be_those_of_the_service_too()
    {
        var machine = new StateMachineBuilder<string, Parcel>("parcel").InitialTransition("atSender");
        machine.Configure("atSender")
            .Permit("PICK_UP", "inTransit")
            .Permit("STEAL", "stolen")
            .After(TimeSpan.FromDays(1), "Lost forever");
        machine.Configure("inTransit").Permit("parcel.lost", "Lost forever").Ignore("*");
        machine.Configure("stolen");
        machine.Configure("Lost forever").Final();
        Assert.Equal(
            ["- the state 'stolen' is no value of shipping.v1.ParcelState.", "- the event 'STEAL' is no member of shipping.v1.ParcelEvent."],
            Mismatches(machine.Build()));
    }

    private static string[] Mismatches(StateMachine machine)
    {
        var served = new MachineObject(new DurableMachine("parcels", machine) { Schema = ShippingReflection.Descriptor });
        return Record.Exception(served.Define)?.Message.Split(Environment.NewLine)[1..] ?? [];
    }
}
