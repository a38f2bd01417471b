using System.Globalization;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Hosting;

/// <summary>The context of every kind of handler; what a kind does not have throws.</summary>
internal sealed class InvocationContext(
    Invocation invocation,
    ServiceDefinition service,
    HandlerDefinition handler,
    InputCommand input,
    ILogger logger) : ObjectContext
{
    private ReplayAwareLogger? _logger;
    private DeterministicRandom? _random;

    public override string InvocationId => invocation.Machine.Start.DebugId;

    public override IReadOnlyDictionary<string, string> Headers => input.Headers;

    public override string ServiceName => service.Name;

    public override string HandlerName => handler.Name;

    public override ILogger Logger => _logger ??= new ReplayAwareLogger(logger, invocation);

    public override CancellationToken Aborted => invocation.Ended;

    public override Random Random => _random ??= new DeterministicRandom(invocation.Machine.Start.RandomSeed);

    public override string Key => service.Type == ServiceType.VirtualObject
        ? invocation.Machine.Start.Key
        : throw new InvalidOperationException($"{service.Name}/{handler.Name} is a plain service's handler: it has no key and no state.");

    public override DurableFuture<T> RunFuture<T>(
        string name,
        Func<CancellationToken, ValueTask<T>> action,
        RunOptions? options = null,
        Serde<T>? serde = null)
    {
        var stored = serde ?? Serde.Default<T>();
        var node = invocation.Run(name, new RunBody(async token => stored.Serialize(await action(token)), options));
        return ValueFuture(node, stored);
    }

    public override DurableFuture Timer(TimeSpan duration, string? name = null) => invocation.Timer(duration, name);

    public override Awakeable<T> Awakeable<T>(Serde<T>? serde = null)
    {
        (var id, var node) = invocation.Do(machine => machine.Awakeable());
        return new Awakeable<T>(invocation, node, id, serde ?? Serde.Default<T>());
    }

    public override void ResolveAwakeable<T>(string id, T value, Serde<T>? serde = null)
    {
        var bytes = (serde ?? Serde.Default<T>()).Serialize(value);
        Do(machine => machine.CompleteAwakeable(id, bytes));
    }

    public override void RejectAwakeable(string id, TerminalException failure) =>
        Do(machine => machine.CompleteAwakeable(id, Failure.Of(failure)));

    public override DurableCall<TOutput> CallFuture<TInput, TOutput>(
        Target target,
        TInput input,
        CallOptions? options = null,
        Serde<TInput>? inputSerde = null,
        Serde<TOutput>? outputSerde = null)
    {
        var request = Request(
            target,
            (inputSerde ?? Serde.Default<TInput>()).Serialize(input),
            options?.IdempotencyKey,
            options?.Headers,
            options?.Name);
        (var invocationId, var result) = invocation.Do(machine => machine.Call(request));
        return new DurableCall<TOutput>(invocation, result, IdFuture(invocationId), outputSerde ?? Serde.Default<TOutput>());
    }

    public override SendHandle Send(Target target, ReadOnlyMemory<byte> input, SendOptions? options = null)
    {
        var request = Request(target, input, options?.IdempotencyKey, options?.Headers, options?.Name);
        DateTimeOffset? startTime = options?.Delay is { } delay ? WakeUpTime.After(delay) : null;
        return new SendHandle(IdFuture(invocation.Do(machine => machine.Send(request, startTime))));
    }

    public override void CancelInvocation(string invocationId) => Do(machine => machine.CancelInvocation(invocationId));

    public override DurableFuture<T> AttachInvocation<T>(string invocationId, Serde<T>? serde = null) =>
        ValueFuture(invocation.Do(machine => machine.Attach(invocationId)), serde ?? Serde.Default<T>());

    public override DurableFuture<ReadOnlyMemory<byte>?> GetInvocationOutput(string invocationId) =>
        new LeafFuture<ReadOnlyMemory<byte>?>(
            invocation,
            invocation.Do(machine => machine.GetOutput(invocationId)),
            static notification => notification.Value);

    public override DurableFuture<T> Signal<T>(string name, Serde<T>? serde = null) =>
        ValueFuture(invocation.Do(machine => machine.Signal(name)), serde ?? Serde.Default<T>());

    public override void SendSignal<T>(string invocationId, string name, T value, Serde<T>? serde = null)
    {
        var bytes = (serde ?? Serde.Default<T>()).Serialize(value);
        Do(machine => machine.SendSignal(invocationId, name, bytes));
    }

    public override void SendSignal(string invocationId, string name, TerminalException failure) =>
        Do(machine => machine.SendSignal(invocationId, name, Failure.Of(failure)));

    public override ValueTask<T?> Get<T>(StateKey<T> key)
        where T : default
    {
        var reading = GetBytes(key.Name);
        return reading.IsCompletedSuccessfully ? new ValueTask<T?>(Read(reading.Result)) : ReadSlowly(reading);

        T? Read(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? (key.Serde ?? Serde.Default<T>()).Deserialize(present) : default;

        async ValueTask<T?> ReadSlowly(ValueTask<ReadOnlyMemory<byte>?> reading) => Read(await reading);
    }

    public override ValueTask<ReadOnlyMemory<byte>?> GetBytes(string name)
    {
        EnsureObject();
        var node = invocation.Do(machine => machine.GetState(name));
        return new LeafFuture<ReadOnlyMemory<byte>?>(invocation, node, static notification => notification.Value).Wait();
    }

    public override ValueTask<StateForUpdate> GetBytesForUpdate(string name)
    {
        EnsureExclusive();
        (var node, var isUpdated) = invocation.Do(machine => machine.GetStateForUpdate(name));
        return new LeafFuture<StateForUpdate>(invocation, node, notification => new StateForUpdate(notification.Value, isUpdated)).Wait();
    }

    public override ValueTask<IReadOnlyList<string>> StateKeys()
    {
        EnsureObject();
        var node = invocation.Do(machine => machine.GetStateKeys());
        return new LeafFuture<IReadOnlyList<string>>(invocation, node, static notification => notification.StateKeys ?? []).Wait();
    }

    public override void SetBytes(string name, ReadOnlyMemory<byte> value)
    {
        EnsureExclusive();
        Do(machine => machine.SetState(name, value));
    }

    public override void Clear(string name)
    {
        EnsureExclusive();
        Do(machine => machine.ClearState(name));
    }

    public override void ClearAll()
    {
        EnsureExclusive();
        Do(machine => machine.ClearAllState());
    }

    private static CallRequest Request(
        Target target,
        ReadOnlyMemory<byte> input,
        string? idempotencyKey,
        IReadOnlyDictionary<string, string>? headers,
        string? name)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (idempotencyKey is "")
            throw new ArgumentException("IdempotencyKey must not be empty; leave it null for none.", nameof(idempotencyKey));
        return new CallRequest(target, input, idempotencyKey, headers ?? EmptyMap.Strings, name);
    }

    private LeafFuture<T> ValueFuture<T>(AwaitNode node, Serde<T> serde) =>
        new(invocation, node, notification => serde.Deserialize(notification.Value ?? default));

    private LeafFuture<string> IdFuture(AwaitNode node) => new(invocation, node, static notification => notification.InvocationId ?? "");

    private void Do(Action<InvocationMachine> operation) => invocation.Do(machine =>
    {
        operation(machine);
        return true;
    });

    private void EnsureObject() => _ = Key;

    private void EnsureExclusive()
    {
        EnsureObject();
        if (handler.Type != HandlerType.Exclusive)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{service.Name}/{handler.Name} is a shared handler: it can read the state but not change it. Make it exclusive."));
        }
    }
}
