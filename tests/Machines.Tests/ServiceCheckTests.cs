using System.Text.Json;
using Machines.Schema;
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
    public void Input_that_the_service_has_is_input_that_the_machine_takes()
    {
        Assert.Equal(["- shipping.v1.CreateRequest.input is of no use, because the machine takes no input."], Mismatches(Lost("parcel").Build()));

        // A definition in JSON sees any input, in its first event.
        var loaded = StateMachine.Load(JsonElement.Parse("""{"id": "parcel", "initial": "inTransit", "states": {"inTransit": {}}}"""));
        Assert.DoesNotContain(Mismatches(loaded), mismatch => mismatch.Contains("input", StringComparison.Ordinal));
    }

    [Fact]
    public void Input_that_the_machine_takes_is_input_that_the_service_has()
    {
        var machine = Lost("crate").Context<Place>(place => new Parcel { Last = place });
        Assert.Equal(
            [
                "Machine 'crates' does not fit its service:",
                "- shipping.v1.CreateCrateRequest has no field 'input', but the machine's input is shipping.v1.Place.",
            ],
            Lines(new DurableMachine("crates", machine.Build())));
        Assert.Empty(Lines(new DurableMachine("crates", Lost("crate").Build())));
    }

    [Fact]
    public void An_earlier_version_fits_the_service_too_but_for_its_input()
    {
        var old = new StateMachineBuilder<string, Place>("old").InitialTransition("stolen");
        old.Configure("stolen");
        var older = new StateMachineBuilder<string, Parcel>("older").InitialTransition("stolen");
        older.Configure("stolen");
        var machine = Lost("new").Context<Place>(place => new Parcel { Last = place }).Build();
        Assert.Equal(
            [
                "Machine 'parcels' does not fit its service:",
                "- version 'old': shipping.v1.ParcelSnapshot.context is shipping.v1.Parcel, but the machine's context is shipping.v1.Place.",
                "- version 'old': the state 'stolen' is no value of shipping.v1.ParcelState.",
                "- version 'older': the state 'stolen' is no value of shipping.v1.ParcelState.",
            ],
            Lines(new DurableMachine("parcels", machine, old.Build(), older.Build()) { Schema = ShippingReflection.Descriptor }));
    }

    [Fact]
    public void A_schema_that_is_given_declares_the_service()
    {
        Assert.Equal(
            [
                "Machine 'boxes' does not fit its service:",
                "- shipping.proto declares none for it: set the option machines.v1.object of a service to 'boxes'.",
            ],
            Lines(new DurableMachine("boxes", Lost("box").Build()) { Schema = ShippingReflection.Descriptor }));
        Assert.Empty(Lines(new DurableMachine("boxes", Lost("box").Build())));
    }

    [Fact]
    public void Events_and_states_of_a_machine_that_is_not_typed_by_protobuf_must_be_those_of_the_service_too()
    {
        var machine = new StateMachineBuilder<string, Parcel>("parcel").Context<Place>(place => new Parcel { Last = place }).InitialTransition("atSender");
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

    [Fact]
    public void An_rpc_that_is_an_event_is_one_that_the_machine_knows()
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>("parcel").InitialTransition(ParcelState.AtSender);
        machine.Configure(ParcelState.AtSender).Permit<PickUp>(ParcelState.InTransit);
        machine.Configure(ParcelState.InTransit);
        var error = Assert.Throws<InvalidOperationException>(() => ServiceCheck.Run(new DurableMachine("depots", machine.Build())));
        Assert.Equal(
            [
                "- shipping.v1.ScanRequest.colour is no field of the event shipping.v1.Scan.",
                "- the rpc shipping.v1.DepotService.Repaint is the event 'REPAINT', which is not in shipping.v1.ParcelEvent; rename it, or set its option machines.v1.verb.",
            ],
            error.Message.Split(Environment.NewLine)[1..]);
    }

    [Fact]
    public void All_that_is_wrong_with_all_machines_is_in_one_message()
    {
        var machine = ProtobufMachine.Define<Place, ScanEvent>("wrong").Context<Place>(place => place).InitialTransition("nowhere");
        machine.Configure("nowhere").Permit<Scan>("inTransit");
        machine.Configure("inTransit");
        var wrong = machine.Build();
        string[] expected =
        [
            "Machine 'parcels' does not fit its service:",
            "- shipping.v1.ParcelSnapshot.context is shipping.v1.Parcel, but the machine's context is shipping.v1.Place.",
            "- the state 'nowhere' is no value of shipping.v1.ParcelState.",
            "- the service takes the events of shipping.v1.ParcelEvent, but the machine is defined with those of shipping.v1.ScanEvent.",
        ];
        var error = Assert.Throws<InvalidOperationException>(() => ServiceCheck.Run(Served(wrong), Served(wrong), new DurableMachine("other", wrong)));
        Assert.Equal([.. expected, .. expected], error.Message.Split(Environment.NewLine));
    }

    private static DurableMachine Served(StateMachine machine) => new("parcels", machine) { Schema = ShippingReflection.Descriptor };

    private static StateMachineBuilder<ParcelState, Parcel> Lost(string id)
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>(id).InitialTransition(ParcelState.Lost);
        machine.Configure(ParcelState.Lost).Final();
        return machine;
    }

    private static string[] Mismatches(StateMachine machine) => Lines(Served(machine)) is [_, .. var mismatches] ? mismatches : [];

    private static string[] Lines(DurableMachine machine) =>
        Record.Exception(() => ServiceCheck.Run(machine))?.Message.Split(Environment.NewLine) ?? [];
}
