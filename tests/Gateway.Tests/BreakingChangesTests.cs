using Gateway.Descriptors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Orders.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;
using Type = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace Gateway.Tests;

public class BreakingChangesTests
{
    public static TheoryData<string, string> Breaking => new()
    {
        { "rpc gone", "orders.v1.OrderService.AddItem: is gone" },
        { "rpc streams", "orders.v1.OrderService.WaitFor: its response is no longer a stream" },
        { "rpc type", "orders.v1.OrderService.Open: its request changes from orders.v1.OpenRequest to orders.v1.SendRequest" },
        { "field type", "orders.v1.OrderContext.customer: its type changes from string to int64" },
        { "field message", "orders.v1.OrderSnapshot.output: its type changes from orders.v1.OrderOutput to orders.v1.OrderInput" },
        { "field repeated", "orders.v1.OrderContext.total: becomes repeated" },
        { "field number", "orders.v1.OrderContext.total: is gone, and its number 2 is not reserved" },
        { "oneof", "orders.v1.OrderEvent.cancel: moves out of the oneof event" },
        { "enum gone", "orders.v1.OrderState.ORDER_STATE_GONE: is gone, and its number 4 is not reserved" },
        { "rpc idempotency", "orders.v1.OrderService.Send: its idempotency_level changes from IdempotencyUnknown to NoSideEffects" },
        { "field freed", "orders.v1.OrderContext: its numbers 20 to 29 are no longer all reserved" },
        { "enum freed", "orders.v1.OrderState: its number 20 is no longer reserved" },
        { "enum reuse", "orders.v1.OrderState.ORDER_STATE_PACKING: its number 3 is now ORDER_STATE_SHIPPED" },
    };

    [Theory]
    [MemberData(nameof(Breaking))]
    public void A_change_that_misreads_old_clients_is_named(string change, string expected) => Assert.Equal([expected], Changes(file => Apply(file, change)));

    [Theory]
    [InlineData("nothing")]
    [InlineData("field added")]
    [InlineData("field renamed")]
    [InlineData("field reserved")]
    [InlineData("field widened")]
    [InlineData("string to bytes")]
    [InlineData("enum reserved")]
    [InlineData("more reserved")]
    [InlineData("rpc added")]
    public void A_change_that_the_wire_allows_is_not(string change) => Assert.Empty(Changes(file => Apply(file, change)));

    private static void Apply(FileDescriptorProto file, string change)
    {
        var service = file.Service.Single(service => service.Name == "OrderService");
        var context = Message("OrderContext");
        var states = file.EnumType.Single(type => type.Name == "OrderState");
        switch (change)
        {
            case "rpc gone": service.Method.Remove(Method("AddItem")); break;
            case "rpc streams": Method("WaitFor").ServerStreaming = false; break;
            case "rpc type": Method("Open").InputType = ".orders.v1.SendRequest"; break;
            case "rpc added": service.Method.Add(new MethodDescriptorProto(Method("Send")) { Name = "Resend" }); break;
            case "field type": context.Field[0].Type = Type.Int64; break;
            case "field message": Message("OrderSnapshot").Field.Single(field => field.Name == "output").TypeName = ".orders.v1.OrderInput"; break;
            case "field repeated": context.Field[1].Label = FieldDescriptorProto.Types.Label.Repeated; break;
            case "field number": context.Field[1].Number = 3; break;
            case "field added": context.Field.Add(new FieldDescriptorProto(context.Field[1]) { Name = "more", JsonName = "more", Number = 9 }); break;
            case "field renamed": context.Field[1].Name = context.Field[1].JsonName = "sum"; break;
            case "field widened": context.Field[1].Type = Type.Uint32; break;
            case "string to bytes": context.Field[0].Type = Type.Bytes; break;
            case "field reserved":
                context.Field.RemoveAt(1);
                context.ReservedRange.Add(new DescriptorProto.Types.ReservedRange { Start = 2, End = 3 });
                break;
            case "rpc idempotency":
                Method("Send").Options = new MethodOptions { IdempotencyLevel = MethodOptions.Types.IdempotencyLevel.NoSideEffects };
                break;
            case "field freed": context.ReservedRange[0].End = 29; break;
            case "enum freed": states.ReservedRange.Clear(); break;
            case "more reserved":
                context.ReservedRange[0].Start = 19;
                states.ReservedRange[0].End = 21;
                break;
            case "oneof": Message("OrderEvent").Field.Single(field => field.Name == "cancel").ClearOneofIndex(); break;
            case "enum gone": states.Value.RemoveAt(4); break;
            case "enum reuse": states.Value[3].Name = "ORDER_STATE_SHIPPED"; break;
            case "enum reserved":
                states.Value.RemoveAt(4);
                states.ReservedRange.Add(new EnumDescriptorProto.Types.EnumReservedRange { Start = 4, End = 4 });
                break;
        }

        DescriptorProto Message(string name) => file.MessageType.Single(message => message.Name == name);

        MethodDescriptorProto Method(string name) => service.Method.Single(method => method.Name == name);
    }

    private static IReadOnlyList<string> Changes(Action<FileDescriptorProto> change)
    {
        var set = Orders.SetOf(OrdersReflection.Descriptor);
        var before = ServiceOf(set);
        change(set.File[0]);
        return BreakingChanges.Find(before, ServiceOf(set));
    }

    private static ServiceDescriptor ServiceOf(FileDescriptorSet set) =>
        DescriptorSets.Read(set.ToByteArray()).SelectMany(file => file.Services).Single(service => service.Name == "OrderService");
}
