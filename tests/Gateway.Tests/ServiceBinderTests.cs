using Gateway.Binding;
using Gateway.Descriptors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Machines.V1;
using Orders.V1;

namespace Gateway.Tests;

public class ServiceBinderTests
{
    [Fact]
    public void Only_annotated_services_are_bound() =>
        Assert.Equal(["OrderService", "BrokenService", "BrokenStreamService"], Orders.Services.Select(service => service.Descriptor.Name));

    [Theory]
    [InlineData("Open", (int)Verb.Create, "create")]
    [InlineData("Send", (int)Verb.Send, "send")]
    [InlineData("AddItem", (int)Verb.Event, "send")]
    [InlineData("WaitFor", (int)Verb.WaitFor, "waitFor")]
    [InlineData("Dispose", (int)Verb.Dispose, "dispose")]
    [InlineData("Watch", (int)Verb.Watch, "waitFor")]
    [InlineData("SendStream", (int)Verb.SendStream, "send")]
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
    [InlineData("Twice", "orders.v1.Typed.type is 'type' in JSON")]
    [InlineData("TwiceInJson", "orders.v1.TypedInJson.kind is 'type' in JSON")]
    [InlineData("Typed", "orders.v1.TypedRequest.type is 'type' in JSON")]
    [InlineData("Timed", "the event orders.v1.TimedEvents.at is a google.protobuf.Timestamp")]
    [InlineData("Loose", "the event orders.v1.LooseEvents.anything is a google.protobuf.Struct")]
    public void An_rpc_that_does_not_fit_is_reported_with_the_mend(string rpc, string expected)
    {
        var problem = Assert.Single(Orders.Problems, problem => problem.Element == $"orders.v1.BrokenService.{rpc}");
        Assert.Equal("orders.proto", problem.File);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Watch", "declare it 'rpc Watch(WatchRequest) returns (stream WatchResponse)'")]
    [InlineData("SendStream", "declare it 'rpc SendStream(stream SendRequest) returns (stream SendStreamResponse)'")]
    [InlineData("ChangedUnasked", "orders.v1.WaitForUnasked needs a field 'bool include_changes'")]
    [InlineData("AskedUnchanged", "orders.v1.WaitForUnchanged needs a field 'OrderSnapshot changed'")]
    [InlineData("AskedInWords", "orders.v1.WaitForInWords.include_changes must be a bool")]
    [InlineData("ChangedOtherwise", "orders.v1.WaitForChangedOtherwise.changed must be of the type orders.v1.OrderSnapshot")]
    [InlineData("OtherHeart", "orders.v1.WaitForOtherHeart.heartbeat must be a machines.v1.Heartbeat")]
    [InlineData("WatchAfterAnything", "orders.v1.WatchWithoutPresence.after_revision must be an 'optional uint64'")]
    [InlineData("WatchNothing", "needs a field 'machines.v1.WatchInfo info'")]
    [InlineData("WatchBlindly", "needs a field 'snapshot'")]
    [InlineData("SendKeyless", "orders.v1.SendKeylessRequest needs a field 'string idempotency_key'")]
    [InlineData("SendUnanswered", "needs a field 'string idempotency_key', which says what is answered")]
    [InlineData("SendUnfailing", "needs a field 'machines.v1.SendError error'")]
    [InlineData("SendBlindly", "needs a field 'snapshot'")]
    public void A_stream_that_does_not_fit_is_reported_with_the_mend(string rpc, string expected)
    {
        var problem = Assert.Single(Orders.Problems, problem => problem.Element == $"orders.v1.BrokenStreamService.{rpc}");
        Assert.Equal("orders.proto", problem.File);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verb_of_a_later_gateway_is_reported_with_the_mend()
    {
        var set = Orders.SetOf(OrdersReflection.Descriptor);
        var send = set.File.Single(file => file.Name == "orders.proto")
            .Service.Single(service => service.Name == "OrderService")
            .Method.Single(method => method.Name == "Send");
        send.Options ??= new MethodOptions();
        send.Options.SetExtension(AnnotationsExtensions.Verb, (Verb)99);
        var problems = new List<BindingProblem>();
        var service = ServiceBinder.Bind(DescriptorSets.Read(set.ToByteArray()), problems).Single(service => service.Descriptor.Name == "OrderService");
        Assert.DoesNotContain(service.Methods, method => method.Method.Name == "Send");
        Assert.Contains(problems, problem =>
            problem.Element == "orders.v1.OrderService.Send" && problem.Message == "has the verb 99, which this gateway does not know: update the gateway");
    }

    [Fact]
    public void The_rpcs_beside_one_that_does_not_fit_are_served() =>
        Assert.Equal(
            "Dispose",
            Assert.Single(Orders.Services.Single(service => service.Descriptor.Name == "BrokenService").Methods).Method.Name);
}
