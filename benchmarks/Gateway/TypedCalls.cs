using Counter.V1;
using Door.V1;
using Machines.Benchmarks;
using Machines.V1;

namespace Gateway.Benchmarks;

/// <summary>The calls of <see cref="Workload"/>, typed and through the gateway.</summary>
internal sealed class TypedCalls(GrpcClient client)
{
    private static readonly CounterEvent Increment = new() { Increment = new Increment() };
    private static readonly DoorEvent Close = new() { Close = new Close() };
    private static readonly Condition Done = new() { Done = true };

    /// <summary>One event to a counter.</summary>
    public Task SendAsync(int number) =>
        client.CallAsync("/counter.v1.CounterService/Send", new Counter.V1.SendRequest { Key = Workload.Key(number), Event = Increment });

    /// <summary>A new instance, and a wait for its end, which an event brings about.</summary>
    public async Task WaitAsync(int number)
    {
        await CreateDoorAsync(Workload.Key(number));
        await client.CallAsync("/door.v1.DoorService/WaitFor", new Door.V1.WaitForRequest { Key = Workload.Key(number), Condition = Done, Event = Close });
    }

    public Task CreateDoorAsync(string key) =>
        client.CallAsync("/door.v1.DoorService/Create", new Door.V1.CreateRequest { Key = key, IfExists = IfExists.Reset });

    /// <summary>Waits for a door to be closed, without closing it.</summary>
    /// <returns>Once the gateway has begun to wait: the end of the wait.</returns>
    public Task<Task> OpenWaitAsync(string key) => client.OpenAsync("/door.v1.DoorService/WaitFor", new Door.V1.WaitForRequest { Key = key, Condition = Done });

    public Task CloseDoorAsync(string key) => client.CallAsync("/door.v1.DoorService/Send", new Door.V1.SendRequest { Key = key, Event = Close });
}
