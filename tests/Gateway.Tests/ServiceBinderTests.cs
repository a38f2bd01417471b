using Machines.V1;

namespace Gateway.Tests;

public class ServiceBinderTests
{
    [Fact]
    public void Only_annotated_services_are_bound() =>
        Assert.Equal(["OrderService", "BrokenService"], Orders.Services.Select(service => service.Descriptor.Name));

    [Theory]
    [InlineData("Open", (int)Verb.Create, "create")]
    [InlineData("Send", (int)Verb.Send, "send")]
    [InlineData("AddItem", (int)Verb.Event, "send")]
    [InlineData("WaitFor", (int)Verb.WaitFor, "waitFor")]
    [InlineData("Dispose", (int)Verb.Dispose, "dispose")]
    public void An_rpc_has_the_verb_of_its_option_or_its_name(string name, int verb, string handler)
    {
        var method = Orders.Method(name);
        Assert.Equal((Verb)verb, method.Verb);
        Assert.Equal(handler, method.Handler);
        Assert.Equal("order", method.Object);
    }

    [Fact]
    public void Events_are_named_by_their_option_or_their_field() =>
        Assert.Equal(
            ["SUBMIT", "ADD_ITEM", "order.cancelled"],
            Orders.Method("Send").Request.EventShape!.Members.Select(member => member.Type));

    [Theory]
    [InlineData("open", 1)]
    [InlineData("inProgress", 2)]
    [InlineData("inProgress.packing", 3)]
    [InlineData("Gone for good", 4)]
    public void States_are_found_by_path_or_by_name(string path, int number)
    {
        Assert.True(Orders.Method("Open").Snapshot!.StateEnum!.TryGetNumber(path, out var found));
        Assert.Equal(number, found);
    }

    [Theory]
    [InlineData("Create", "needs a field 'string key'")]
    [InlineData("Send", "needs a field 'event'")]
    [InlineData("GetSnapshot", "needs a field 'machines.v1.SnapshotInfo info'")]
    [InlineData("WaitFor", "answers with a stream")]
    [InlineData("Twice", "has a field 'type'")]
    public void An_rpc_that_does_not_fit_is_reported_with_the_mend(string rpc, string expected)
    {
        var problem = Assert.Single(Orders.Problems, problem => problem.Element == $"orders.v1.BrokenService.{rpc}");
        Assert.Equal("orders.proto", problem.File);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rpcs_beside_one_that_does_not_fit_are_served() =>
        Assert.Equal(
            "Dispose",
            Assert.Single(Orders.Services.Single(service => service.Descriptor.Name == "BrokenService").Methods).Method.Name);
}
