using System.Text;
using System.Text.Json;
using Machines.Schema;
using Shipping.V1;
using Statecharts;

namespace Machines.Tests;

public class ProtobufDataModelTests
{
    private readonly ProtobufDataModel _model = new(ParcelEvent.Descriptor);

    [Fact]
    public void Events_are_named_by_their_member_or_its_option()
    {
        Assert.Equal(["PICK_UP", "SCAN", "parcel.lost"], _model.EventTypes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("PICK_UP", _model.EventType(typeof(PickUp)));
        Assert.Equal("parcel.lost", _model.EventType(typeof(Lose)));
    }

    [Fact]
    public void States_are_named_by_their_value_or_its_option()
    {
        Assert.Equal("atSender", _model.StateName(ParcelState.AtSender));
        Assert.Equal("Lost forever", _model.StateName(ParcelState.Lost));
        Assert.Equal(["atSender", "inTransit", "Lost forever"], _model.StateNames(typeof(ParcelState)));
    }

    [Fact]
    public void A_context_is_canonical_JSON_without_spaces()
    {
        var parcel = new Parcel { Scans = 3, Last = new Place { City = "Kyiv" } };
        Assert.Equal("""{"scans":"3","last":{"city":"Kyiv"}}""", Write(writer => _model.Write(writer, parcel)));
        Assert.Equal(parcel, _model.Read(JsonElement.Parse("""{"scans": 3, "last": {"city": "Kyiv"}}"""), typeof(Parcel)));
    }

    [Fact]
    public void A_clone_is_independent()
    {
        var parcel = new Parcel { Last = new Place { City = "Kyiv" } };
        var clone = Assert.IsType<Parcel>(_model.Clone(parcel));
        clone.Last.City = "Lviv";
        Assert.Equal("Kyiv", parcel.Last.City);
    }

    [Fact]
    public void An_event_is_its_type_and_fields_both_ways()
    {
        var scan = new Scan { Weight = 7, Place = new Place { Zip = 1 } };
        const string Json = """{"type":"SCAN","place":{"zip":1},"weight":7}""";
        Assert.Equal(Json, Write(writer => _model.WriteEvent(writer, new Event("SCAN", scan))));
        Assert.Equal(new Event("SCAN", scan), _model.ReadEvent("SCAN", JsonElement.Parse(Json), typeof(Scan)));
    }

    [Theory]
    [InlineData("""{"type": "SCAN", "weight": "heavy"}""", "weight")]
    [InlineData("""{"type": "SCAN", "wieght": 1}""", "wieght")]
    [InlineData("""{"type": "SCAN", "place": {"zip": "x"}}""", "place.zip")]
    [InlineData("""{"type": "SCAN", "place": {"zap": 1}}""", "place.zap")]
    [InlineData("""{"type": "SCAN", "route": [{}, {"zip": 1.5}]}""", "route[1].zip")]
    [InlineData("""{"type": "SCAN", "route": {}}""", "route")]
    [InlineData("""{"type": "SCAN", "at": "yesterday"}""", "at")]
    [InlineData("""{"type": "SCAN", "place": 1, "weight": 2}""", "place")]
    [InlineData("""{"type": "SCAN", "weight": 99999999999}""", "weight")]
    public void A_field_that_does_not_fit_is_named(string json, string path) =>
        Assert.Equal(path, Assert.Throws<JsonFormatException>(() => _model.ReadEvent("SCAN", JsonElement.Parse(json), typeof(Scan))).Path);

    [Fact]
    public void A_stored_field_that_the_message_does_not_have_any_more_is_dropped()
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>("parcel").InitialTransition(ParcelState.AtSender);
        machine.Configure(ParcelState.AtSender);
        var snapshot = machine.Build().ReadSnapshot(JsonElement.Parse(
            """{"status": "active", "value": "atSender", "context": {"scans": "3", "colour": "red", "last": {"zip": 1, "street": "Main"}}}"""));
        Assert.Equal(new Parcel { Scans = 3, Last = new Place { Zip = 1 } }, snapshot.Context);
    }

    [Fact]
    public void A_field_of_a_scheduled_event_that_the_message_does_not_have_any_more_is_dropped()
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>("parcel").InitialTransition(ParcelState.AtSender);
        machine.Configure(ParcelState.AtSender);
        var scheduled = machine.Build().ReadScheduledEvent(JsonElement.Parse("""{"type": "SCAN", "weight": 7, "colour": "red"}"""));
        Assert.Equal(new Scan { Weight = 7 }, scheduled.Data);
    }

    [Fact]
    public void A_message_that_is_not_there_is_null() => Assert.Null(_model.Read(JsonElement.Parse("null"), typeof(Scan)));

    [Fact]
    public void A_stored_field_of_another_type_is_named()
    {
        var json = JsonElement.Parse("""{"colour": "red", "last": {"street": "Main", "zip": "x"}}""");
        Assert.Equal("last.zip", Assert.Throws<JsonFormatException>(() => _model.Read(json, typeof(Parcel))).Path);
    }

    [Fact]
    public void An_input_has_no_field_that_the_message_does_not_have()
    {
        var json = JsonElement.Parse("""{"city": "Kyiv", "street": "Main"}""");
        Assert.Equal("street", Assert.Throws<JsonFormatException>(() => _model.ReadInput(json, typeof(Place))).Path);
    }

    [Fact]
    public void A_message_without_a_oneof_of_messages_holds_no_events()
    {
        Assert.Throws<ArgumentException>(() => new ProtobufDataModel(NotEvents.Descriptor));
        Assert.Throws<ArgumentException>(() => new ProtobufDataModel(ScalarEvents.Descriptor));
    }

    [Fact]
    public void An_event_has_no_field_where_its_type_goes()
    {
        var error = Assert.Throws<ArgumentException>(() => new ProtobufDataModel(LabelledEvents.Descriptor));
        Assert.Contains("shipping.v1.Label.kind is 'type' in JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_without_fields_is_that_of_a_machine_without_events()
    {
        Assert.Empty(new ProtobufDataModel(PickUp.Descriptor).EventTypes);
        var machine = ProtobufMachine.Define<ParcelState, Parcel, PickUp>("parcel").InitialTransition(ParcelState.AtSender);
        machine.Configure(ParcelState.AtSender);
        var error = Assert.Throws<JsonFormatException>(() => machine.Build().ReadEvent(JsonElement.Parse("""{"type": "PICK_UP"}""")));
        Assert.Equal("machine 'parcel' knows no event 'PICK_UP'. It knows none.", error.Problem);
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
