using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Statecharts.Tests.Json;

public class JsonDataModelTests
{
    private static readonly JsonDataModel s_model = JsonDataModel.Default;

    private sealed class Order
    {
        public List<string> Items { get; init; } = [];
    }

    private sealed class Parcel
    {
        public required string City { get; init; }

        public string Street { get; init; } = "none";
    }

    [Fact]
    public void What_was_not_stored_has_its_default_unless_it_is_required()
    {
        Assert.Equal("none", ((Parcel)s_model.Read(JsonElement.Parse("""{"city":"Kyiv"}"""), typeof(Parcel))!).Street);
        Assert.Throws<JsonFormatException>(() => s_model.Read(JsonElement.Parse("""{"street":"Main"}"""), typeof(Parcel)));
    }

    [Fact]
    public void A_clone_does_not_share_what_can_be_changed()
    {
        var order = new Order { Items = ["a"] };

        ((Order)s_model.Clone(order)!).Items.Add("b");

        Assert.Equal(["a"], order.Items);
    }

    [Fact]
    public void A_class_of_plain_values_is_copied_field_by_field()
    {
        var data = new Data { Count = 1, Text = "x" };
        var clone = (Data)s_model.Clone(data)!;

        Assert.NotSame(data, clone);
        Assert.Equal((1, "x"), (clone.Count, clone.Text));
    }

    [Fact]
    public void Nodes_texts_and_values_are_cloned_by_kind()
    {
        var node = new JsonObject { ["a"] = 1 };

        Assert.NotSame(node, s_model.Clone(node));
        Assert.Null(s_model.Clone(null));
        Assert.Same("x", s_model.Clone("x"));
        Assert.Equal(7, s_model.Clone(7));
        Assert.Equal([1, 2], (int[])s_model.Clone(s_numbers)!);
    }

    private static readonly int[] s_numbers = [1, 2];

    [Fact]
    public void An_event_whose_data_has_no_fields_is_not_written_without_it()
    {
        using var writer = new Utf8JsonWriter(new MemoryStream());
        var error = Assert.Throws<InvalidOperationException>(() => s_model.WriteEvent(writer, new Event("COUNT", 5)));
        Assert.Equal("The event 'COUNT' carries Int32, which is no object in JSON: give it an object with fields.", error.Message);
    }

    [JsonDerivedType(typeof(Card), "card")]
    [JsonDerivedType(typeof(Transfer), "transfer")]
    private abstract record Payment;

    private sealed record Card(string Number) : Payment;

    [JsonDerivedType(typeof(Transfer), "transfer")]
    private interface ITraceable;

    private sealed record Transfer(string Iban) : Payment, ITraceable;

    [JsonDerivedType(typeof(Receipt), "receipt")]
    private interface IDocument;

    private sealed record Receipt(int Number) : IDocument;

    [Fact]
    public void A_value_of_a_polymorphic_type_is_read_as_what_it_was()
    {
        Assert.Equal(new Card("1"), ReadAgain<Payment>(new Card("1")));
        Assert.Equal(new Transfer("2"), ReadAgain<Payment>(new Transfer("2")));
        Assert.Equal(new Transfer("2"), ReadAgain<Transfer>(new Transfer("2")));
        Assert.Equal(new Receipt(3), ReadAgain<IDocument>(new Receipt(3)));

        static object? ReadAgain<T>(T value)
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
                s_model.Write(writer, value);
            return s_model.Read(JsonElement.Parse(buffer.ToArray()), typeof(T));
        }
    }

    [Fact]
    public void Without_a_type_JSON_is_read_as_a_node()
    {
        using var json = JsonDocument.Parse("""{"o":{"a":1},"l":[1],"t":"x","n":null}""");

        Assert.IsType<JsonObject>(s_model.Read(json.RootElement.GetProperty("o"), null));
        Assert.IsType<JsonArray>(s_model.Read(json.RootElement.GetProperty("l"), null));
        Assert.IsAssignableFrom<JsonValue>(s_model.Read(json.RootElement.GetProperty("t"), null));
        Assert.Null(s_model.Read(json.RootElement.GetProperty("n"), null));
    }

    [Fact]
    public void An_event_without_a_declared_type_keeps_its_fields()
    {
        using var json = JsonDocument.Parse("""{"type":"E","a":{"b":[1]},"n":null}""");

        var read = s_model.ReadEvent("E", json.RootElement, null);

        Assert.Equal("""{"a":{"b":[1]},"n":null}""", ((JsonObject)read.Data!).ToJsonString());
    }
}
