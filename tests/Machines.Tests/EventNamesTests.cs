using System.Text.Json;
using Machines.Runtime;
using Shipping.V1;
using Statecharts;

namespace Machines.Tests;

public class EventNamesTests
{
    private static readonly StateMachine Parcels = Define();

    [Theory]
    [InlineData("PICK_UO", "It is unknown. Did you mean 'PICK_UP'?")]
    [InlineData("scan", "It is unknown. Did you mean 'SCAN'?")]
    [InlineData("DELIVER", "It is unknown.")]
    public void What_was_meant_is_named_when_it_is_near(string type, string explained) => Assert.Equal(explained, Explain(type));

    [Fact]
    public void A_type_without_end_is_neither_compared_nor_repeated() =>
        Assert.Equal("machine 'parcel' knows no event whose type has 10000000 characters.", Explain(new string('x', 10_000_000)));

    private static string Explain(string type) =>
        EventNames.Explain("It is unknown.", Parcels, JsonSerializer.SerializeToElement(new { type }));

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>("parcel").InitialTransition(ParcelState.Lost);
        machine.Configure(ParcelState.Lost).Final();
        return machine.Build();
    }
}
