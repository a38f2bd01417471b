using System.Buffers;
using System.Text.Json;
using Machines.Schema;
using Restate.Sdk;
using Statecharts;

namespace Machines.Runtime;

/// <summary>
/// A machine as a Restate virtual object. No handler but a promise's, and <c>waitFor</c>, ever waits for anything but Restate itself.
/// </summary>
internal sealed class MachineObject(DurableMachine machine)
{
    private static readonly ReadOnlyMemory<byte> Empty = ReadOnlyMemory<byte>.Empty;

    // How long Restate knows a promise that has ended by its token. A cancellation is on its way for less.
    private static readonly TimeSpan CancellableFor = TimeSpan.FromMinutes(10);

    // Gateways rely on it for keys younger than that; and while the one handler knows a key, so must the other.
    private static readonly TimeSpan KnowsKeysFor = TimeSpan.FromDays(1);

    /// <exception cref="InvalidOperationException">The machine cannot be published; the message says why.</exception>
    public ServiceDefinition Define() => new(machine.Name, ServiceType.VirtualObject)
    {
        Documentation = machine.Documentation,
        Metadata = PublishedDefinition.Of(machine),
        Handlers =
        [
            Exclusive(Handlers.Create, CreateAsync),
            Exclusive(Handlers.Send, SendAsync),
            Shared(Handlers.Snapshot, SnapshotAsync),

            // It reads no state, so none need come along.
            Shared(Handlers.WaitFor, WaitForAsync) with { EnableLazyState = true, IdempotencyRetention = KnowsKeysFor },
            Exclusive(Handlers.SendAndWaitFor, SendAndWaitForAsync) with { IdempotencyRetention = KnowsKeysFor },
            Exclusive(Handlers.Dispose, DisposeAsync),
            Exclusive(Handlers.Subscribe, SubscribeAsync, isPrivate: true),
            Exclusive(Handlers.Unsubscribe, UnsubscribeAsync, isPrivate: true),
            Exclusive(Handlers.Deliver, DeliverAsync, isPrivate: true),
            Exclusive(Handlers.Settle, SettleAsync, isPrivate: true),
            Exclusive(Handlers.Expire, ExpireAsync, isPrivate: true),
            Shared(Handlers.InvokePromise, InvokePromiseAsync, isPrivate: true) with { IdempotencyRetention = CancellableFor },
            Shared(Handlers.CancelPromise, CancelPromiseAsync, isPrivate: true),
            .. RetryHandlers(),
        ],
    };

    private IEnumerable<HandlerDefinition> RetryHandlers()
    {
        foreach (var promises in machine.RetriedPromises.GroupBy(promise => Handlers.RetryPromise(promise.Name)))
        {
            if (promises.Select(promise => ((IDurablePromise)promise).Retry).Distinct().ToArray() is not [{ } policy])
            {
                throw new InvalidOperationException(
                    $"The promises {string.Join(" and ", promises.Select(promise => $"'{promise.Name}'"))} of '{machine.Name}' are retried in different ways "
                    + $"by one handler, {promises.Key}: give them names that differ in letters or digits.");
            }

            yield return Shared(promises.Key, RetryPromiseAsync, isPrivate: true) with { RetryPolicy = policy };
        }
    }

    private static HandlerDefinition Exclusive(
        string name, Func<ObjectContext, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> handler, bool isPrivate = false) =>
        new(name, HandlerType.Exclusive, (context, input) => handler((ObjectContext)context, input)) { IngressPrivate = isPrivate };

    private static HandlerDefinition Shared(
        string name, Func<SharedObjectContext, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> handler, bool isPrivate = false) =>
        new(name, HandlerType.Shared, (context, input) => handler((SharedObjectContext)context, input)) { IngressPrivate = isPrivate };

    private async ValueTask<ReadOnlyMemory<byte>> CreateAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("input", "ifExists", "owner");
        var ifExists = request.GetString("ifExists") ?? "reset";
        if (ifExists is not ("reset" or "fail" or "return"))
            throw Errors.BadRequest("ifExists", $"must be \"reset\", \"fail\" or \"return\", not \"{ifExists}\"");

        var machineInput = ReadInput(request["input"]);
        var owner = request.GetString("owner");
        var stored = await context.GetBytesForUpdate(StateKeys.Snapshot);
        var wasDisposed = false;
        if (stored.Value is { } existing)
        {
            if (stored.IsUpdated)
                return StoredSnapshot.AnswerOf(existing);
            if (ifExists == "fail")
                throw Errors.Exists();
            if (ifExists == "return")
                return StoredSnapshot.AnswerOf(existing);
        }
        else
        {
            wasDisposed = await IsDisposedAsync(context);
            if (wasDisposed && ifExists != "reset")
                throw Errors.Disposed();
        }

        var answer = await Instance.Create(context, machine, machineInput, owner).SaveAsync(replaced: stored.Value);
        if (wasDisposed)
            context.Clear(StateKeys.Disposed);
        return answer;
    }

    private async ValueTask<ReadOnlyMemory<byte>> SendAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("event");
        var stored = await context.GetBytesForUpdate(StateKeys.Snapshot);
        if (stored is { IsUpdated: true, Value: { } saved })
            return StoredSnapshot.AnswerOf(saved);

        var isUnattended = UnattendedSend.Is(context);
        try
        {
            var instance = await ProcessAsync(context, stored.Value, request["event"]);
            return await instance.SaveAsync(isUnattended: isUnattended);
        }
        catch (TerminalException e) when (isUnattended && e is { Code: 500, IsCancelled: false })
        {
            Postpone(context, input, e);
            return Empty;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> SnapshotAsync(SharedObjectContext context, ReadOnlyMemory<byte> input) =>
        StoredSnapshot.AnswerOf(await RequireAsync(context));

    private async ValueTask<ReadOnlyMemory<byte>> WaitForAsync(SharedObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("condition", "timeout", "event", "subscribed");
        var condition = ReadCondition(request);
        var timeout = request.GetMilliseconds("timeout");

        if (!request.GetBoolean("subscribed"))
            return await SubscribeAndWaitAsync(context, condition, timeout, request["event"]);
        if (request["event"].ValueKind != JsonValueKind.Undefined)
            throw Errors.BadRequest("event", "must not be there when \"subscribed\" is true: it was processed when the wait was put in place");
        return await WaitAsync(
            context, condition, timeout, new Waiter(condition, Invocation: context.InvocationId), context.Signal(Waiter.Decided, Serde.Bytes));
    }

    private async ValueTask<ReadOnlyMemory<byte>> SubscribeAndWaitAsync(
        SharedObjectContext context, string condition, TimeSpan? timeout, JsonElement @event)
    {
        var awakeable = context.Awakeable(Serde.Bytes);
        var subscribed = context.CallFuture(Self(context, Handlers.Subscribe), RequestJson.Write(json =>
        {
            json.WriteString("condition", condition);
            json.WriteString("awakeable", awakeable.Id);
            if (@event.ValueKind != JsonValueKind.Undefined)
            {
                json.WritePropertyName("event");
                @event.WriteTo(json);
            }
        }));
        return await WaitAsync(context, condition, timeout, new Waiter(condition, awakeable.Id), awakeable, subscribed);
    }

    /// <param name="context">Where it waits.</param>
    /// <param name="condition">For what.</param>
    /// <param name="timeout">For how long, if not for ever.</param>
    /// <param name="waiter">The waiter, which is taken out again when it gives up.</param>
    /// <param name="decided">Brings the answer.</param>
    /// <param name="subscribed">Puts the waiter in place, or has the answer; null when it is there already.</param>
    private async ValueTask<ReadOnlyMemory<byte>> WaitAsync(
        SharedObjectContext context,
        string condition,
        TimeSpan? timeout,
        Waiter waiter,
        DurableFuture<ReadOnlyMemory<byte>> decided,
        DurableFuture<ReadOnlyMemory<byte>>? subscribed = null)
    {
        var timer = timeout is { } limit ? context.Timer(limit) : null;
        try
        {
            if (subscribed is null || await EndsInTime(subscribed))
            {
                var answer = subscribed is null ? Empty : await subscribed;
                if (!answer.IsEmpty)
                    return answer;
                if (await EndsInTime(decided))
                    return await decided;
            }
        }
        catch (TerminalException e) when (e.IsCancelled)
        {
            Unsubscribe();
            throw;
        }

        Unsubscribe();
        throw Errors.WaitTimedOut(condition, (long)timeout!.Value.TotalMilliseconds);

        async ValueTask<bool> EndsInTime(DurableFuture future) => timer is null || await DurableFuture.WhenAny(future, timer) == 0;

        void Unsubscribe() => SendToSelf(context, Handlers.Unsubscribe, json =>
        {
            if (waiter.Awakeable is { } awakeable)
                json.WriteString("awakeable", awakeable);
            else
                json.WriteString("invocation", waiter.Invocation);
        });
    }

    /// <summary>
    /// One invocation, where <c>waitFor</c> with an event takes two and a call between them, if the event decides the condition; if not, a
    /// <c>waitFor</c> that need not subscribe any more.
    /// </summary>
    /// <returns>What <c>waitFor</c> would answer; empty when the <c>waitFor</c> with the request's idempotency key does.</returns>
    private async ValueTask<ReadOnlyMemory<byte>> SendAndWaitForAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("event", "condition", "timeout", "idempotencyKey");
        var condition = ReadCondition(request);
        var timeout = request.GetMilliseconds("timeout");
        var idempotencyKey = request.RequireString("idempotencyKey");
        if (idempotencyKey.Length == 0)
            throw Errors.BadRequest("idempotencyKey", "must not be empty");

        var stored = await context.GetBytesForUpdate(StateKeys.Snapshot);
        if (stored is { IsUpdated: true, Value: { } saved })
            return Instance.Load(context, machine, JsonElement.Parse(saved.Span)).AnswerTo(condition);

        var instance = await ProcessAsync(context, stored.Value, request["event"]);
        return await instance.SaveAndSubscribeAsync(condition, StartWaitAsync);

        async ValueTask<Waiter> StartWaitAsync()
        {
            var wait = context.Send(
                Self(context, Handlers.WaitFor),
                RequestJson.Write(json =>
                {
                    json.WriteString("condition", condition);
                    if (timeout is { } limit)
                        json.WriteNumber("timeout", limit.TotalMilliseconds);
                    json.WriteBoolean("subscribed", true);
                }),
                new SendOptions { IdempotencyKey = idempotencyKey });

            // It comes with the start of the wait, so it is too late to cancel: what the event brought about has to be saved now.
            while (true)
            {
                try
                {
                    return new Waiter(condition, Invocation: await wait.InvocationId);
                }
                catch (TerminalException e) when (e.IsCancelled)
                {
                    // As often as somebody tries.
                }
            }
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> DisposeAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        request.Allow("owner");
        var owner = request.GetString("owner");
        var stored = await RequireAsync(context);
        if (owner is null || owner == StoredSnapshot.OwnerOf(JsonElement.Parse(stored.Span)))
            Dispose(context, stored);
        return Empty;
    }

    /// <returns>The waiter's answer; empty when its awakeable will bring it.</returns>
    private async ValueTask<ReadOnlyMemory<byte>> SubscribeAsync(ObjectContext context, ReadOnlyMemory<byte> input)
    {
        var request = RequestBody.Parse(input);
        var condition = request.RequireString("condition");
        var stored = await context.GetBytesForUpdate(StateKeys.Snapshot);
        if (stored is { IsUpdated: true, Value: { } saved })
            return Instance.Load(context, machine, JsonElement.Parse(saved.Span)).AnswerTo(condition);

        // Who waits for an end that has come needs no definition: that of the instance may be gone by now.
        var json = request["event"];
        var isMerelyWaiting = json.ValueKind == JsonValueKind.Undefined;
        if (isMerelyWaiting && condition == WaitCondition.DoneText && stored.Value is { } ended && StoredSnapshot.IsDone(ended))
            return StoredSnapshot.AnswerOf(ended);

        var instance = isMerelyWaiting ? await LoadOrCreateAsync(context, stored.Value, json) : await ProcessAsync(context, stored.Value, json);
        return await instance.SaveAndSubscribeAsync(condition, () => ValueTask.FromResult(new Waiter(condition, request.RequireString("awakeable"))));
    }

    private ValueTask<ReadOnlyMemory<byte>> UnsubscribeAsync(ObjectContext context, ReadOnlyMemory<byte> input) =>
        WithInstanceAsync(context, input, (instance, request) => instance.RemoveWaiter(request.GetString("awakeable") ?? request.RequireString("invocation")));

    private ValueTask<ReadOnlyMemory<byte>> DeliverAsync(ObjectContext context, ReadOnlyMemory<byte> input) =>
        WithInstanceAsync(context, input, (instance, request) =>
            instance.Deliver(
                request.RequireString("token"),
                ActorPath.Parse(request.RequireString("target")),
                request["event"],
                isForeign: request["foreign"].ValueKind == JsonValueKind.True));

    private ValueTask<ReadOnlyMemory<byte>> SettleAsync(ObjectContext context, ReadOnlyMemory<byte> input) =>
        WithInstanceAsync(context, input, (instance, request) =>
            instance.Settle(request.RequireString("token"), request["output"], ActorError.Read(request["error"])));

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
        if (request.TryGetProperty("cancelled", out _))
            return Empty;

        var (_, promise, code) = PromiseAddress.Find(machine, request);
        var output = Empty;
        ActorError? error = null;
        try
        {
            output = code.Retry is null
                ? await RunAsync(context, request)
                : await context.Call(Self(context, Handlers.RetryPromise(promise.Name)), input);
        }
        catch (Exception e) when (e is not AttemptEndedException && !context.Aborted.IsCancellationRequested)
        {
            error = PromiseErrors.Of(e);
        }

        SendToSelf(context, Handlers.Settle, json =>
        {
            json.WriteString("token", request.GetProperty("token").GetString());
            if (error is null)
            {
                json.WritePropertyName("output");
                json.WriteRawValue(output.Span, skipInputValidation: true);
            }
            else
            {
                json.WritePropertyName("error");
                error.WriteTo(json);
            }
        });
        return Empty;
    }

    /// <summary>What the code throws goes to Restate, which retries it by the promise's policy.</summary>
    private ValueTask<ReadOnlyMemory<byte>> RetryPromiseAsync(SharedObjectContext context, ReadOnlyMemory<byte> input) =>
        RunAsync(context, JsonElement.Parse(input.Span));

    private async ValueTask<ReadOnlyMemory<byte>> RunAsync(SharedObjectContext context, JsonElement request)
    {
        var (owner, promise, code) = PromiseAddress.Find(machine, request);
        var output = await code.RunAsync(
            context, request.GetProperty("token").GetString()!, owner.DataModel, owner.DataModel.Read(request.GetProperty("input"), promise.InputType));
        var bytes = new ArrayBufferWriter<byte>();
        try
        {
            // It becomes a member of a request. One that could not be read again fails here, where the promise can be rejected.
            using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { MaxDepth = RequestBody.MaxDepth - 1 });
            owner.DataModel.Write(json, output);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"What it ended with cannot be sent as JSON: {e.GetBaseException().Message}", e);
        }

        return bytes.WrittenMemory;
    }

    /// <summary>The promise's invocation is found again by its idempotency key; so the machine need not wait for its id when it starts one.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> CancelPromiseAsync(SharedObjectContext context, ReadOnlyMemory<byte> input)
    {
        var token = RequestBody.Parse(input).RequireString("token");
        var promise = context.Send(
            Self(context, Handlers.InvokePromise),
            RequestJson.Write(json => json.WriteBoolean("cancelled", true)),
            new SendOptions { IdempotencyKey = token });
        context.CancelInvocation(await promise.InvocationId);
        return Empty;
    }

    private static string ReadCondition(RequestBody request)
    {
        var condition = request.RequireString("condition");
        return WaitCondition.Parse(condition) is null ? throw Errors.BadRequest("condition", WaitCondition.Problem(condition)) : condition;
    }

    private object? ReadInput(JsonElement input)
    {
        var definition = machine.Machine;
        if (input.ValueKind == JsonValueKind.Undefined)
            return definition.InputType is null ? null : throw Errors.BadRequest("input", $"is required: machine '{definition.Id}' takes one");
        if (machine.TakesNoInput)
            throw Errors.BadRequest("input", $"machine '{definition.Id}' takes none");

        try
        {
            return definition.DataModel.ReadInput(input, definition.InputType);
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
            var problem = e.Path == "type" ? EventNames.Explain(e.Problem, definition, json) : e.Problem;
            throw Errors.BadRequest(e.Path.Length == 0 ? "event" : $"event.{e.Path}", problem);
        }
    }

    /// <summary>Takes the instance through a caller's event; nothing is saved yet.</summary>
    private async ValueTask<Instance> ProcessAsync(ObjectContext context, ReadOnlyMemory<byte>? stored, JsonElement json)
    {
        var instance = await LoadOrCreateAsync(context, stored, json);
        var @event = ReadEvent(instance.Definition, json);
        instance.RequireHandled(@event);
        instance.Process(@event);
        return instance;
    }

    /// <summary>An event creates the instance when there is none, unless the machine must be created or needs input.</summary>
    private async ValueTask<Instance> LoadOrCreateAsync(ObjectContext context, ReadOnlyMemory<byte>? stored, JsonElement @event)
    {
        if (stored is { } existing)
            return Instance.Load(context, machine, JsonElement.Parse(existing.Span));

        await ThrowIfDisposedAsync(context);
        if (@event.ValueKind == JsonValueKind.Undefined || machine.RequireCreate || machine.Machine.InputType is not null)
            throw Errors.NotFound();

        // What the new instance could not take must not leave one behind.
        ReadEvent(machine.Machine, @event);
        return Instance.Create(context, machine, null, owner: null);
    }

    /// <summary>
    /// Brings something in from a timer, a promise or a waiter. When this deployment cannot read it, or the instance, or lacks an action of
    /// the machine, it comes again later: nothing is lost, and the instance's other callers are not kept waiting. Who cancels it drops it.
    /// </summary>
    private async ValueTask<ReadOnlyMemory<byte>> WithInstanceAsync(
        ObjectContext context, ReadOnlyMemory<byte> input, Action<Instance, RequestBody> act)
    {
        if (await context.GetBytesForUpdate(StateKeys.Snapshot) is not { IsUpdated: false, Value: { } stored })
            return Empty;

        try
        {
            var instance = Instance.Load(context, machine, JsonElement.Parse(stored.Span));
            act(instance, RequestBody.Parse(input));
            await instance.SaveAsync(isUnattended: true);
        }
        catch (Exception e) when (e is TerminalException { IsCancelled: false } or JsonFormatException)
        {
            Postpone(context, input, e);
        }

        return Empty;
    }

    private void Postpone(ObjectContext context, ReadOnlyMemory<byte> input, Exception reason)
    {
        MachineLog.Postponed(context.Logger, machine.Name, context.Key, context.HandlerName, machine.PostponedFor, reason.Message);
        context.Send(Self(context, context.HandlerName), input, new SendOptions { Delay = machine.PostponedFor, Headers = UnattendedSend.Headers });
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
        if (await IsDisposedAsync(context))
            throw Errors.Disposed();
    }

    private static async ValueTask<bool> IsDisposedAsync(SharedObjectContext context) => await context.GetBytes(StateKeys.Disposed) is not null;

    private void Dispose(ObjectContext context, ReadOnlyMemory<byte> stored)
    {
        Instance.End(context, machine, stored, Errors.WasDisposed);
        context.ClearAll();
        context.SetBytes(StateKeys.Disposed, "true"u8.ToArray());
    }

    private void SendToSelf(SharedObjectContext context, string handler, Action<Utf8JsonWriter> write) =>
        context.Send(Self(context, handler), RequestJson.Write(write));

    private Target Self(SharedObjectContext context, string handler) => Target.Object(machine.Name, context.Key, handler);
}
