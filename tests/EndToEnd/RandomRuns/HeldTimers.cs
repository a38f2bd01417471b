using System.Collections.Concurrent;
using System.Text.Json;
using Restate.Sdk;

namespace EndToEnd.RandomRuns;

/// <summary>
/// Random machines as they are served in production, but for this: when a timer of Restate brings an event, the event is held until the
/// test brings it again. So the order of events is that of the pure run's virtual time, however long anything takes.
/// </summary>
internal sealed class HeldTimers
{
    /// <summary>A handler that answers with the stored snapshot, pending work included.</summary>
    public const string Stored = "stored";

    private const string Released = "released";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _deliveries = new();

    public ServiceDefinition Serve(ServiceDefinition machine) => machine with
    {
        Handlers =
        [
            .. machine.Handlers.Select(handler => handler.Name switch
            {
                Machines.Runtime.Handlers.Deliver => handler with { IngressPrivate = false, Invoke = (context, input) => DeliverAsync(handler.Invoke, context, input) },
                Machines.Runtime.Handlers.InvokePromise => handler with { Invoke = (context, input) => InvokePromiseAsync(handler.Invoke, context, input) },
                _ => handler,
            }),
            new HandlerDefinition(Stored, HandlerType.Shared, async (context, _) => (await ((SharedObjectContext)context).GetBytes("snapshot"))!.Value),
        ],
    };

    /// <summary>The event that Restate brought, once it has, as the test is to bring it again.</summary>
    public async Task<ReadOnlyMemory<byte>> DeliveryAsync(string token)
    {
        var delivery = await Delivery(token).Task;
        return Machines.Runtime.RequestJson.Write(json =>
        {
            foreach (var property in delivery.EnumerateObject())
                property.WriteTo(json);
            json.WriteBoolean(Released, true);
        });
    }

    private ValueTask<ReadOnlyMemory<byte>> DeliverAsync(RawHandler deliver, Context context, ReadOnlyMemory<byte> input)
    {
        var delivery = JsonElement.Parse(input.Span);
        if (delivery.TryGetProperty(Released, out _))
            return deliver(context, input);

        Delivery(delivery.GetProperty("token").GetString()!).TrySetResult(delivery);
        return ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }

    private static async ValueTask<ReadOnlyMemory<byte>> InvokePromiseAsync(RawHandler invoke, Context context, ReadOnlyMemory<byte> input)
    {
        if (JsonElement.Parse(input.Span).TryGetProperty("token", out var token))
            HeldPromises.Enter(token.GetString()!);
        return await invoke(context, input);
    }

    private TaskCompletionSource<JsonElement> Delivery(string token) => _deliveries.GetOrAdd(token, _ => new());
}
