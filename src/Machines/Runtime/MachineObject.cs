using System.Buffers;
using System.Text.Json;
using Machines.Schema;
using Restate.Sdk;
using Statecharts;

namespace Machines.Runtime;

/// <summary>A machine as a Restate virtual object. No handler but a promise's, and <c>waitFor</c>, ever waits.</summary>
internal sealed class MachineObject(DurableMachine machine)
{
    private static readonly ReadOnlyMemory<byte> Empty = ReadOnlyMemory<byte>.Empty;
    private static readonly TimeSpan UnreadableRetryDelay = TimeSpan.FromMinutes(1);

    public ServiceDefinition Define() => new(machine.Name, ServiceType.VirtualObject)
    {
        Documentation = machine.Documentation,
        Metadata = machine.SchemaFile is { } schema
            ? new Dictionary<string, string> { [PublishedSchema.MetadataKey] = PublishedSchema.Encode(schema) }
            : new Dictionary<string, string>(),
        Handlers =
        [
            Exclusive(Handlers.Create, CreateAsync),
            Exclusive(Handlers.Send, SendAsync),
            Shared(Handlers.Snapshot, SnapshotAsync),
            Shared(Handlers.WaitFor, WaitForAsync),
            Exclusive(Handlers.Dispose, DisposeAsync),
            Exclusive(Handlers.Subscribe, SubscribeAsync, isPrivate: true),
            Exclusive(Handlers.Unsubscribe, UnsubscribeAsync, isPrivate: true),
            Exclusive(Handlers.Deliver, DeliverAsync, isPrivate: true),
            Exclusive(Handlers.Settle, SettleAsync, isPrivate: true),
            Exclusive(Handlers.Expire, ExpireAsync, isPrivate: true),
            Shared(Handlers.InvokePromise, InvokePromiseAsync, isPrivate: true),
        ],
    };

    private static HandlerDefinition Exclusive(
        string name, Func<ObjectContext, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> handler, bool isPrivate = false) =>
        new(name, HandlerType.Exclusive, (context, input) => handler((ObjectContext)context, input)) { IngressPrivate = isPrivate };

    private static HandlerDefinition Shared(
        string name, Func<SharedObjectContext, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> handler, bool isPrivate = false) =>
        new(name, HandlerType.Shared, (context, input) => handler((SharedObjectContext)context, input)) { IngressPrivate = isPrivate };

    private async ValueTask<ReadOnlyMemory<byte>> CreateAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("input", "ifExists");
        var ifExists = request.GetString("ifExists") ?? "reset";
        if (ifExists is not ("reset" or "fail" or "return"))
            throw Errors.BadRequest("ifExists", $"must be \"reset\", \"fail\" or \"return\", not \"{ifExists}\"");

        var machineInput = ReadInput(request["input"]);
        var stored = await context.GetBytes(StateKeys.Snapshot);
        if (stored is { } existing)
        {
            if (ifExists == "fail")
                throw Errors.Exists();
            if (ifExists == "return")
                return StoredSnapshot.AnswerOf(existing);

            RejectWaiters(context, existing, Errors.WasReset);
        }
        else if (ifExists != "reset")
        {
            await ThrowIfDisposedAsync(context);
        }

        context.ClearAll();
        return Instance.Create(context, machine, machineInput).Save();
    }

    private async ValueTask<ReadOnlyMemory<byte>> SendAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("event");
        var instance = await LoadOrCreateAsync(context, request["event"]);
        instance.Process(ReadEvent(instance.Definition, request["event"]));
        return instance.Save();
    }

    private async ValueTask<ReadOnlyMemory<byte>> SnapshotAsync(SharedObjectContext context, ReadOnlyMemory<byte> input) =>
        StoredSnapshot.AnswerOf(await RequireAsync(context));

    private async ValueTask<ReadOnlyMemory<byte>> WaitForAsync(SharedObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("condition", "timeout", "event");
        var condition = request.RequireString("condition");
        if (WaitCondition.Parse(condition) is null)
            throw Errors.BadRequest("condition", $"must be done, hasTag:<tag>, matches:<state.path> or revision:<n>, not '{condition}'");
        var timeout = request.GetMilliseconds("timeout");

        var awakeable = context.Awakeable(Serde.Bytes);
        SendToSelf(context, Handlers.Subscribe, json =>
        {
            json.WriteString("condition", condition);
            json.WriteString("awakeable", awakeable.Id);
            if (request["event"] is { ValueKind: not JsonValueKind.Undefined } @event)
            {
                json.WritePropertyName("event");
                @event.WriteTo(json);
            }
        });

        try
        {
            if (timeout is null || await awakeable.CompletesWithin(timeout.Value))
                return await awakeable;
        }
        catch (TerminalException e) when (e.IsCancelled)
        {
            Unsubscribe();
            throw;
        }

        Unsubscribe();
        throw Errors.WaitTimedOut(condition, (long)timeout.Value.TotalMilliseconds);

        void Unsubscribe() => SendToSelf(context, Handlers.Unsubscribe, json => json.WriteString("awakeable", awakeable.Id));
    }

    private async ValueTask<ReadOnlyMemory<byte>> DisposeAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        Dispose(context, await RequireAsync(context));
        return Empty;
    }

    /// <summary>Whatever fails here fails the waiter, which nobody else would answer.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> SubscribeAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        var waiter = new Waiter(request.RequireString("condition"), request.RequireString("awakeable"));
        try
        {
            var instance = await LoadOrCreateAsync(context, request["event"]);
            var @event = request["event"].ValueKind == JsonValueKind.Undefined ? null : ReadEvent(instance.Definition, request["event"]);
            instance.AddWaiter(waiter);
            if (@event is not null)
                instance.Process(@event);
            instance.Save();
        }
        catch (TerminalException e)
        {
            context.RejectAwakeable(waiter.Awakeable, e);
        }

        return Empty;
    }

    private ValueTask<ReadOnlyMemory<byte>> UnsubscribeAsync(ObjectContext context, ReadOnlyMemory<byte> input) =>
        WithInstanceAsync(context, input, (instance, request) => instance.RemoveWaiter(request.RequireString("awakeable")));

    private ValueTask<ReadOnlyMemory<byte>> DeliverAsync(ObjectContext context, ReadOnlyMemory<byte> input) =>
        WithInstanceAsync(context, input, (instance, request) =>
            instance.Deliver(request.RequireString("token"), ActorPath.Parse(request.RequireString("target")), request["event"]));

    private ValueTask<ReadOnlyMemory<byte>> SettleAsync(ObjectContext context, ReadOnlyMemory<byte> input) =>
        WithInstanceAsync(context, input, (instance, request) =>
        {
            var error = request["error"];
            instance.Settle(
                request.RequireString("token"),
                request["output"],
                error.ValueKind == JsonValueKind.Undefined
                    ? null
                    : new ActorError(error.GetProperty("name").GetString()!, error.GetProperty("message").GetString()!));
        });

    private async ValueTask<ReadOnlyMemory<byte>> ExpireAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        if (await context.GetBytes(StateKeys.Snapshot) is { } stored &&
            StoredSnapshot.PendingOf(JsonElement.Parse(stored.Span)).TakeTimer(RequestBody.Parse(input).RequireString("token")))
        {
            Dispose(context, stored);
        }

        return Empty;
    }

    private async ValueTask<ReadOnlyMemory<byte>> InvokePromiseAsync(SharedObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = JsonElement.Parse(input.Span);
        var (owner, promise, code) = PromiseAddress.Find(machine, request);
        object? output = null;
        ActorError? error = null;
        try
        {
            output = await code.RunAsync(context, owner.DataModel.Read(request.GetProperty("input"), promise.InputType));
        }
        catch (Exception e) when (e is not AttemptEndedException && !context.Aborted.IsCancellationRequested)
        {
            error = ActorError.From(e);
        }

        SendToSelf(context, Handlers.Settle, json =>
        {
            json.WriteString("token", request.GetProperty("token").GetString());
            if (error is null)
            {
                json.WritePropertyName("output");
                owner.DataModel.Write(json, output);
            }
            else
            {
                json.WriteStartObject("error");
                json.WriteString("name", error.Name);
                json.WriteString("message", error.Message);
                json.WriteEndObject();
            }
        });
        return Empty;
    }

    private object? ReadInput(JsonElement input)
    {
        var definition = machine.Machine;
        if (input.ValueKind == JsonValueKind.Undefined)
            return definition.InputType is null ? null : throw Errors.BadRequest("input", $"is required: machine '{definition.Id}' takes one");

        try
        {
            return definition.DataModel.Read(input, definition.InputType);
        }
        catch (JsonFormatException e)
        {
            throw Errors.BadRequest(e.Path.Length == 0 ? "input" : $"input.{e.Path}", e.Problem);
        }
    }

    private static Event ReadEvent(StateMachine definition, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
            throw Errors.BadRequest("event", "is required, as {\"type\": …}");

        try
        {
            return definition.ReadEvent(json);
        }
        catch (JsonFormatException e)
        {
            throw Errors.BadRequest(e.Path.Length == 0 ? "event" : $"event.{e.Path}", e.Problem);
        }
    }

    /// <summary>An event creates the instance when there is none, unless the machine must be created or needs input.</summary>
    private async ValueTask<Instance> LoadOrCreateAsync(ObjectContext context, JsonElement @event)
    {
        if (await context.GetBytes(StateKeys.Snapshot) is { } stored)
            return Instance.Load(context, machine, JsonElement.Parse(stored.Span));

        await ThrowIfDisposedAsync(context);
        if (@event.ValueKind == JsonValueKind.Undefined || machine.RequireCreate || machine.Machine.InputType is not null)
            throw Errors.NotFound();

        // What the new instance could not take must not leave one behind.
        ReadEvent(machine.Machine, @event);
        return Instance.Create(context, machine, null);
    }

    /// <summary>
    /// Brings something in from a timer, a promise or a waiter. When this deployment cannot read it, or the instance, it comes again
    /// later: nothing is lost, and the instance's other callers are not kept waiting.
    /// </summary>
    private async ValueTask<ReadOnlyMemory<byte>> WithInstanceAsync(
        ObjectContext context, ReadOnlyMemory<byte> input, Action<Instance, RequestBody> act)
    {
        if (await context.GetBytes(StateKeys.Snapshot) is not { } stored)
            return Empty;

        Instance instance;
        try
        {
            instance = Instance.Load(context, machine, JsonElement.Parse(stored.Span));
            act(instance, RequestBody.Parse(input));
        }
        catch (Exception e) when (e is TerminalException or JsonFormatException)
        {
            MachineLog.Postponed(context.Logger, machine.Name, context.Key, context.HandlerName, UnreadableRetryDelay, e.Message);
            context.Send(Target.Object(machine.Name, context.Key, context.HandlerName), input, new SendOptions { Delay = UnreadableRetryDelay });
            return Empty;
        }

        instance.Save();
        return Empty;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> RequireAsync(SharedObjectContext context)
    {
        if (await context.GetBytes(StateKeys.Snapshot) is { } stored)
            return stored;

        await ThrowIfDisposedAsync(context);
        throw Errors.NotFound();
    }

    private static async ValueTask ThrowIfDisposedAsync(SharedObjectContext context)
    {
        if (await context.GetBytes(StateKeys.Disposed) is not null)
            throw Errors.Disposed();
    }

    private static void Dispose(ObjectContext context, ReadOnlyMemory<byte> stored)
    {
        RejectWaiters(context, stored, Errors.WasDisposed);
        context.ClearAll();
        context.SetBytes(StateKeys.Disposed, "true"u8.ToArray());
    }

    private static void RejectWaiters(ObjectContext context, ReadOnlyMemory<byte> stored, Func<string, TerminalException> reason)
    {
        foreach (var waiter in StoredSnapshot.PendingOf(JsonElement.Parse(stored.Span)).Waiters)
            context.RejectAwakeable(waiter.Awakeable, reason(waiter.Condition));
    }

    private void SendToSelf(SharedObjectContext context, string handler, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        context.Send(Target.Object(machine.Name, context.Key, handler), body.WrittenMemory);
    }
}
