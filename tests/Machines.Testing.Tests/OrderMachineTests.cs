using Restate.Sdk;
using Shop;
using Shop.V1;

namespace Machines.Testing.Tests;

public class OrderMachineTests
{
    [Fact]
    public void An_order_that_is_paid_is_shipped()
    {
        var order = Payable();
        order.Send(new Pay { Cents = 1999 });
        Assert.True(order.IsIn(OrderState.Shipping));

        order.Advance(TimeSpan.FromSeconds(2));
        Assert.True(order.IsIn(OrderState.Delivered));
        Assert.Equal("track-r1", order.Context<Order>().Tracking);
    }

    [Fact]
    public void An_order_that_is_not_paid_in_time_is_cancelled()
    {
        var order = Payable();
        order.Advance(TimeSpan.FromMinutes(10));
        Assert.True(order.IsIn(OrderState.Cancelled));
        Assert.Equal("not paid in time", order.Context<Order>().Problem);
    }

    [Fact]
    public void An_order_of_what_there_is_not_is_cancelled()
    {
        var order = Submitted();
        order.Reject("reserve", new TerminalException(404, "sold out"));
        Assert.True(order.IsIn(OrderState.Cancelled));
        Assert.Equal("sold out", order.Context<Order>().Problem);
    }

    private static MachineTest Payable()
    {
        var order = Submitted();
        order.Resolve("reserve", "r1");
        return order;
    }

    private static MachineTest Submitted()
    {
        var order = MachineTest.Start(OrderMachine.Definition, new OrderInput { Customer = "ann" });
        order.Send(new AddItem { Sku = "book" });
        order.Send(new Submit());
        return order;
    }
}
