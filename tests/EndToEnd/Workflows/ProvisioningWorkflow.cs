using Machines;
using Orders.V1;
using Restate.Sdk;
using Rpc;
using Statecharts;
using Status = Machines.V1.Status;

namespace EndToEnd.Workflows;

/// <summary>Provisions an order and has it applied by another workflow; what is missing in it is told by the error, and handled each in its own way.</summary>
public abstract class ProvisioningWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly DurablePromise<Order, Order> ProvisionOrder = new("provisionOrder", async (context, order) =>
    {
        await context.Sleep(TimeSpan.FromMilliseconds(20));
        if (order.Id.Length == 0)
            throw new TerminalException(422, "Missing order id");
        if (order.Item.Length == 0)
            throw new TerminalException(422, "Missing order item");
        if (order.Quantity == 0)
            throw new TerminalException(422, "Missing order quantity");
        return order.Item == "phlogiston" ? throw new TerminalException(409, "Out of stock") : order;
    });

    // A workflow of its own, with an instance for each order.
    private static readonly RemoteMachine<Order, AppliedOrder> ApplyOrder = new("applyOrder", key: order => order.Id);

    private static readonly DurablePromise<Fault, Fault> HandleFault = new("handleFault", (context, fault) =>
        context.Run("handle", _ => ValueTask.FromResult(fault)));

    private readonly GrpcClient _orders = host.Service("orders.v1.ProvisioningService");

    internal static DurableMachine Machine { get; } = new("provisioning", Define());

    internal static DurableMachine ApplyMachine { get; } = new("applyOrder", DefineApply());

    private enum ApplyState
    {
        Applying,
        Applied,
    }

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<ProvisioningState, Provisioning, ProvisioningEvent>("provisioning")
            .Context<Order>(order => new Provisioning { Order = order, Result = new ProvisioningResult() })
            .Output(provisioning => provisioning.Result)
            .InitialTransition(ProvisioningState.Provisioning);
        machine.Configure(ProvisioningState.Provisioning)
            .Invoke(ProvisionOrder, provisioning => provisioning.Order)
                .OnDone(ProvisioningState.Applying, (provisioning, order) => provisioning.Order = order)
                .OnErrorIf(ProvisioningState.MissingId, (_, error) => error.Message == "Missing order id")
                .OnErrorIf(ProvisioningState.MissingItem, (_, error) => error.Message == "Missing order item")
                .OnErrorIf(ProvisioningState.MissingQuantity, (_, error) => error.Message == "Missing order quantity");
        machine.Configure(ProvisioningState.Applying)
            .Invoke(ApplyOrder, provisioning => provisioning.Order)
                .OnDone(ProvisioningState.Ended, (provisioning, applied) => provisioning.Result.Reference = applied.Reference);
        machine.Configure(ProvisioningState.Exception).InitialTransition(ProvisioningState.MissingId)
            .OnDone(ProvisioningState.Ended);
        Handle(ProvisioningState.MissingId, Fault.MissingId);
        Handle(ProvisioningState.MissingItem, Fault.MissingItem);
        Handle(ProvisioningState.MissingQuantity, Fault.MissingQuantity);
        machine.Configure(ProvisioningState.Handled).SubstateOf(ProvisioningState.Exception).Final();
        machine.Configure(ProvisioningState.Ended).Final();
        return machine.Build();

        void Handle(ProvisioningState state, Fault fault) =>
            machine.Configure(state).SubstateOf(ProvisioningState.Exception)
                .Invoke(HandleFault, _ => fault)
                    .OnDone(ProvisioningState.Handled, (provisioning, handled) => provisioning.Result.Fault = handled);
    }

    private static StateMachine DefineApply()
    {
        var machine = ProtobufMachine.Define<ApplyState, AppliedOrder, ProvisioningEvent>("applyOrder")
            .Context<Order>(order => new AppliedOrder { Order = order })
            .Output(applied => applied)
            .InitialTransition(ApplyState.Applying);
        machine.Configure(ApplyState.Applying)
            .After(
                TimeSpan.FromMilliseconds(20),
                ApplyState.Applied,
                (applied, _) => applied.Reference = $"{applied.Order.Quantity} {applied.Order.Item} for {applied.Order.Id}");
        machine.Configure(ApplyState.Applied).Final();
        return machine.Build();
    }

    [Fact]
    public async Task An_order_that_is_complete_is_provisioned_and_applied()
    {
        var created = await CreateAsync(Key, "laptop", 10);
        Assert.Equal([ProvisioningState.Provisioning], created.States);
        Assert.Equal(ProvisioningResult.ResultOneofCase.None, created.Context.Result.ResultCase);

        var ended = await EndedAsync();
        Assert.Equal(new Order { Id = Key, Item = "laptop", Quantity = 10 }, ended.Context.Order);
        Assert.Equal(new ProvisioningResult { Reference = $"10 laptop for {Key}" }, ended.Output);
        Assert.Equal(3ul, ended.Info.Revision);

        var applied = await CallAsync("applyOrder", "snapshot");
        Assert.Equal(("done", "applied"), (applied.GetProperty("status").GetString(), applied.GetProperty("value").GetString()));
        Assert.Equal($"10 laptop for {Key}", applied.GetProperty("output").GetProperty("reference").GetString());
    }

    [Theory]
    [InlineData("", "laptop", 10, "MissingId")]
    [InlineData("o-1", "", 10, "MissingItem")]
    [InlineData("o-1", "laptop", 0, "MissingQuantity")]
    public async Task What_is_missing_is_handled(string id, string item, int quantity, string fault)
    {
        await CreateAsync(id, item, quantity);
        var ended = await EndedAsync();
        Assert.Equal([ProvisioningState.Ended], ended.States);
        Assert.Equal(new ProvisioningResult { Fault = Enum.Parse<Fault>(fault) }, ended.Output);
        Assert.Equal(3ul, ended.Info.Revision);
    }

    [Fact]
    public async Task An_error_that_nobody_handles_fails_the_workflow()
    {
        await CreateAsync("o-1", "phlogiston", 1);
        var error = await Assert.ThrowsAsync<GrpcException>(EndedAsync);
        Assert.Equal((StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE"), (error.Code, error.Reason));

        var failed = await _orders.CallAsync<ProvisioningSnapshot>("GetSnapshot", Instance);
        Assert.Equal((Status.Error, "Out of stock"), (failed.Info.Status, failed.Info.Error.Message));
        Assert.Equal([ProvisioningState.Provisioning], failed.States);
    }

    private Task<ProvisioningSnapshot> CreateAsync(string id, string item, int quantity) =>
        _orders.CallAsync<ProvisioningSnapshot>("Create", new CreateRequest
        {
            Key = Key,
            Input = new Order { Id = id, Item = item, Quantity = (uint)quantity },
        });

    private async Task<ProvisioningSnapshot> EndedAsync() => (await WaitForAsync<WaitForResponse>(_orders, Done)).Matched;
}

[Collection(NormalWorkflows.Name)]
public sealed class Provisioning_workflow(NormalWorkflowHost host) : ProvisioningWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Provisioning_workflow_under_forced_replay(ReplayWorkflowHost host) : ProvisioningWorkflow(host);
