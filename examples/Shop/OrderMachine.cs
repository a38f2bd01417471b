using Machines;
using Restate.Sdk;
using Shop.V1;
using Statecharts;

namespace Shop;

/// <summary>An order: filled, reserved in the warehouse, paid in time or cancelled, and shipped.</summary>
public static class OrderMachine
{
    // Runs in a handler of its own; what it throws is tried again, five times in all. Then it is OnError.
    private static readonly DurablePromise<Order, string> Reserve = new("reserve", async (context, order) =>
    {
        var reservation = $"{context.NewGuid():N}";
        await context.Run("reserve", _ => Warehouse.ReserveAsync(reservation, order.Skus));
        return reservation;
    })
    {
        Retry = new InvocationRetryPolicy { MaxAttempts = 5, OnMaxAttempts = OnMaxAttempts.Kill },
    };

    // The second version waits longer for the money. Orders that began with the first go on with the first.
    public static DurableMachine Definition { get; } = new(
        "order", Define("order-2", patience: TimeSpan.FromMinutes(10)), Define("order-1", patience: TimeSpan.FromMinutes(5)))
    {
        History = 50,
    };

    private static StateMachine Define(string version, TimeSpan patience)
    {
        var machine = ProtobufMachine.Define<OrderState, Order, OrderEvent>(version)
            .Context<OrderInput>(input => new Order { Customer = input.Customer })
            .InitialTransition(OrderState.Draft);
        machine.Configure(OrderState.Draft)
            .InternalTransition<AddItem>((order, item) => order.Skus.Add(item.Sku))
            .PermitIf<Submit>(OrderState.Reserving, (order, _) => order.Skus.Count > 0)
            .Permit<Cancel>(OrderState.Cancelled, (order, cancel) => order.Problem = cancel.Reason);
        machine.Configure(OrderState.Reserving)
            .Invoke(Reserve, order => order)
                .OnDone(OrderState.AwaitingPayment, (order, reservation) => order.Reservation = reservation)
                .OnError(OrderState.Cancelled, (order, error) => order.Problem = error.Message);
        machine.Configure(OrderState.AwaitingPayment)
            .Tag("payable")
            .Permit<Pay>(OrderState.Shipping, (order, pay) => order.PaidCents = pay.Cents)
            .Permit<Cancel>(OrderState.Cancelled, (order, cancel) => order.Problem = cancel.Reason)
            .After(patience, OrderState.Cancelled, (order, _) => order.Problem = "not paid in time");
        machine.Configure(OrderState.Shipping)
            .Invoke<string>(Shipment(), order => order.Reservation)
                .OnDone(OrderState.Delivered, (order, tracking) => order.Tracking = tracking);
        machine.Configure(OrderState.Delivered).Final();
        machine.Configure(OrderState.Cancelled).Final();
        return machine.Build();
    }

    /// <summary>A child inside the order. Its context is the reservation that it was invoked with, and its output ends it.</summary>
    private static StateMachine Shipment()
    {
        var machine = new StateMachineBuilder<string, string>("shipment")
            .Context<string>(reservation => reservation)
            .InitialTransition("packing")
            .Output(reservation => $"track-{reservation}");
        machine.Configure("packing").After(TimeSpan.FromSeconds(2), "shipped");
        machine.Configure("shipped").Final();
        return machine.Build();
    }

    /// <summary>Stands for the warehouse's API, which reserves once however often it is asked to.</summary>
    private static class Warehouse
    {
        public static ValueTask ReserveAsync(string reservation, IEnumerable<string> skus) => skus.Contains("unicorn")
            ? ValueTask.FromException(new TerminalException(404, $"reservation {reservation}: no unicorns"))
            : ValueTask.CompletedTask;
    }
}
