using Machines.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Restate.Sdk;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Machines.Testing;

/// <summary>What the code of a promise does with Restate, carried out by a <see cref="MachineTest"/>: one for each attempt.</summary>
internal sealed class PromiseContext(PromiseRun run) : SharedObjectContext, IFutureHost
{
    private uint _entry;

    public override string InvocationId => run.Id;

    public override IReadOnlyDictionary<string, string> Headers => EmptyMap.Strings;

    public override string ServiceName => run.Machine.Name;

    public override string HandlerName => Handlers.InvokePromise;

    public override string Key => MachineTest.Key;

    public override ILogger Logger => NullLogger.Instance;

    public override CancellationToken Aborted => CancellationToken.None;

    public override Random Random { get; } = new DeterministicRandom(run.Seed);

    private protected override DateTimeOffset UtcNow => run.Now;

    public override DurableFuture<T> RunFuture<T>(
        string name, Func<CancellationToken, ValueTask<T>> action, RunOptions? options = null, Serde<T>? serde = null)
    {
        var stored = serde ?? Serde.Default<T>();
        var entry = NextEntry();
        if (run.IsNew(entry))
            run.Perform(entry, async () => stored.Serialize(await action(CancellationToken.None)), options);
        return ValueFuture(new AwaitNode(entry), stored);
    }

    public override DurableFuture Timer(TimeSpan duration, string? name = null)
    {
        var entry = NextEntry();
        if (run.IsNew(entry))
            run.CompleteAfter(duration, entry);
        return new LeafFuture<bool>(this, new AwaitNode(entry), static _ => true);
    }

    public override Awakeable<T> Awakeable<T>(Serde<T>? serde = null)
    {
        var entry = NextEntry();
        var id = $"{run.Id}_{entry.Index}";
        if (run.IsNew(entry))
            run.AddAwakeable(id, entry);
        return new Awakeable<T>(this, new AwaitNode(entry), id, serde ?? Serde.Default<T>());
    }

    public override void ResolveAwakeable<T>(string id, T value, Serde<T>? serde = null)
    {
        var bytes = (serde ?? Serde.Default<T>()).Serialize(value);
        if (run.IsNew(NextEntry()))
            run.CompleteAwakeable(id, new Notification { Value = bytes });
    }

    public override void RejectAwakeable(string id, TerminalException failure)
    {
        if (run.IsNew(NextEntry()))
            run.CompleteAwakeable(id, new Notification { Failure = Failure.Of(failure) });
    }

    public override DurableCall<TOutput> CallFuture<TInput, TOutput>(
        Target target, TInput input, CallOptions? options = null, Serde<TInput>? inputSerde = null, Serde<TOutput>? outputSerde = null)
    {
        var entry = NextEntry();
        if (run.IsNew(entry))
            run.Call(target, (inputSerde ?? Serde.Default<TInput>()).Serialize(input), entry);
        return new DurableCall<TOutput>(this, new AwaitNode(entry), IdOf(entry), outputSerde ?? Serde.Default<TOutput>());
    }

    public override SendHandle Send(Target target, ReadOnlyMemory<byte> input, SendOptions? options = null)
    {
        var entry = NextEntry();
        if (run.IsNew(entry))
            run.Send(target, input, options?.Delay);
        return new SendHandle(IdOf(entry));
    }

    public override async ValueTask<T?> Get<T>(StateKey<T> key)
        where T : default =>
        await GetBytes(key.Name) is { } bytes ? (key.Serde ?? Serde.Default<T>()).Deserialize(bytes) : default;

    public override ValueTask<ReadOnlyMemory<byte>?> GetBytes(string name) => new(run.GetState(name));

    public override ValueTask<IReadOnlyList<string>> StateKeys() => new([Runtime.StateKeys.Snapshot, Runtime.StateKeys.Version]);

    public override void CancelInvocation(string invocationId) => throw NotInMemory();

    public override DurableFuture<T> AttachInvocation<T>(string invocationId, Serde<T>? serde = null) => throw NotInMemory();

    public override DurableFuture<ReadOnlyMemory<byte>?> GetInvocationOutput(string invocationId) => throw NotInMemory();

    public override DurableFuture<T> Signal<T>(string name, Serde<T>? serde = null) => throw NotInMemory();

    public override void SendSignal<T>(string invocationId, string name, T value, Serde<T>? serde = null) => throw NotInMemory();

    public override void SendSignal(string invocationId, string name, TerminalException failure) => throw NotInMemory();

    bool IFutureHost.TryResolve(AwaitNode node) => run.Evaluate(node) == AwaitOutcome.Succeeded;

    ValueTask IFutureHost.Wait(AwaitNode node) => run.Wait(node);

    DurableFuture IFutureHost.Timer(TimeSpan duration, string? name) => Timer(duration, name);

    private static NotSupportedException NotInMemory() =>
        new("Signals, and what needs the id of another invocation, are not there in memory; run this promise on a RestateTestHost.");

    private NotificationId NextEntry() => NotificationId.Completion(++_entry);

    private LeafFuture<T> ValueFuture<T>(AwaitNode node, Serde<T> serde) =>
        new(this, node, notification => serde.Deserialize(notification.Value ?? default));

    private LeafFuture<string> IdOf(NotificationId entry)
    {
        var id = $"{run.Id}_{entry.Index}";
        return new LeafFuture<string>(this, new AwaitNode(new Notification { InvocationId = id }), static notification => notification.InvocationId!);
    }
}
