using Microsoft.Extensions.Logging;

namespace Restate.Sdk;

/// <summary>
/// What a handler does with Restate. Everything here is durable: an attempt that is interrupted is run again, and gets the same
/// results from the journal up to where it was.
/// </summary>
/// <remarks>
/// A handler has to do the same each time it runs with the same results. Put what varies (I/O, clocks, random numbers) into
/// <see cref="Run{T}(string, Func{CancellationToken, ValueTask{T}}, RunOptions?)"/> or use <see cref="Random"/>,
/// <see cref="NewGuid"/> and <see cref="Now"/>. When an attempt suspends, an await on the context never continues: no exception, no
/// <c>finally</c>. The handler simply starts over later.
/// </remarks>
public abstract class Context
{
    private protected Context()
    {
    }

    /// <summary>The invocation's id, as admin API and UI show it.</summary>
    public abstract string InvocationId { get; }

    /// <summary>The headers of the request; names compare without case.</summary>
    public abstract IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The name of the service that runs.</summary>
    public abstract string ServiceName { get; }

    /// <summary>The name of the handler that runs.</summary>
    public abstract string HandlerName { get; }

    /// <summary>A logger that is silent in a replay, so that each message appears once.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>Cancelled when this attempt is over, for work that should not outlive it.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>Random numbers that are the same in every attempt. Not for secrets; not for use inside of a run.</summary>
    public abstract Random Random { get; }

    /// <summary>A version 4 UUID that is the same in every attempt.</summary>
    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The current time, recorded so that a replay sees the same.</summary>
    public async ValueTask<DateTimeOffset> Now() =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            await Run("now", _ => ValueTask.FromResult(UtcNow.ToUnixTimeMilliseconds())));

    /// <summary>The clock that <see cref="Now"/> records.</summary>
    private protected virtual DateTimeOffset UtcNow => DateTimeOffset.UtcNow;

    /// <summary>
    /// Does something that is not deterministic, once: its result is recorded, and a replay returns the record. The action may run
    /// again if the attempt ends before its result is stored.
    /// </summary>
    /// <typeparam name="T">The result's type, stored as JSON.</typeparam>
    /// <param name="name">A name for the journal entry; the same in every attempt.</param>
    /// <param name="action">The action; its token is cancelled when the attempt is over. It must not use the context.</param>
    /// <param name="options">How it is retried.</param>
    /// <exception cref="TerminalException">The action threw it, or its retries are used up, or the invocation was cancelled.</exception>
    public ValueTask<T> Run<T>(string name, Func<CancellationToken, ValueTask<T>> action, RunOptions? options = null) =>
        RunFuture(name, action, options).Wait();

    /// <inheritdoc cref="Run{T}(string, Func{CancellationToken, ValueTask{T}}, RunOptions?)"/>
    /// <param name="name">A name for the journal entry; the same in every attempt.</param>
    /// <param name="serde">How the result is stored.</param>
    /// <param name="action">The action; its token is cancelled when the attempt is over. It must not use the context.</param>
    /// <param name="options">How it is retried.</param>
    public ValueTask<T> Run<T>(
        string name,
        Serde<T> serde,
        Func<CancellationToken, ValueTask<T>> action,
        RunOptions? options = null) => RunFuture(name, action, options, serde).Wait();

    /// <inheritdoc cref="Run{T}(string, Func{CancellationToken, ValueTask{T}}, RunOptions?)"/>
    public async ValueTask Run(string name, Func<CancellationToken, ValueTask> action, RunOptions? options = null) =>
        await RunFuture(name, async token => { await action(token); return ReadOnlyMemory<byte>.Empty; }, options, Serde.Bytes);

    /// <summary>A run that is not awaited yet. It starts when it, or a combination with it, is awaited.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="name">A name for the journal entry; the same in every attempt.</param>
    /// <param name="action">The action; its token is cancelled when the attempt is over. It must not use the context.</param>
    /// <param name="options">How it is retried.</param>
    /// <param name="serde">How the result is stored; <see cref="Serde.Default{T}"/> when null.</param>
    public abstract DurableFuture<T> RunFuture<T>(
        string name,
        Func<CancellationToken, ValueTask<T>> action,
        RunOptions? options = null,
        Serde<T>? serde = null);

    /// <summary>Waits, for milliseconds or months; long waits cost nothing.</summary>
    /// <param name="duration">How long.</param>
    /// <exception cref="TerminalException">The invocation was cancelled.</exception>
    public ValueTask Sleep(TimeSpan duration) => Timer(duration).Wait();

    /// <summary>A durable timer that starts now and is not awaited yet.</summary>
    /// <param name="duration">How long it runs; not beyond the year 9999.</param>
    /// <param name="name">A name for the journal entry.</param>
    public abstract DurableFuture Timer(TimeSpan duration, string? name = null);

    /// <summary>Makes a promise that somebody else keeps.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="serde">How the value is read; <see cref="Serde.Default{T}"/> when null.</param>
    public abstract Awakeable<T> Awakeable<T>(Serde<T>? serde = null);

    /// <summary>Keeps the promise of an awakeable.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="id">The awakeable's id.</param>
    /// <param name="value">The value.</param>
    /// <param name="serde">How the value is written; <see cref="Serde.Default{T}"/> when null.</param>
    public abstract void ResolveAwakeable<T>(string id, T value, Serde<T>? serde = null);

    /// <summary>Breaks the promise of an awakeable: whoever awaits it gets the failure.</summary>
    /// <param name="id">The awakeable's id.</param>
    /// <param name="failure">The failure.</param>
    public abstract void RejectAwakeable(string id, TerminalException failure);

    /// <summary>Breaks the promise of an awakeable: whoever awaits it gets the failure.</summary>
    /// <param name="id">The awakeable's id.</param>
    /// <param name="code">The failure's code, an HTTP status.</param>
    /// <param name="message">The failure's message.</param>
    public void RejectAwakeable(string id, ushort code, string message) => RejectAwakeable(id, new TerminalException(code, message));

    /// <summary>Calls a handler and waits for its answer.</summary>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request body.</param>
    /// <param name="options">Idempotency key, headers, name.</param>
    /// <exception cref="TerminalException">The callee failed, or this invocation was cancelled.</exception>
    public ValueTask<ReadOnlyMemory<byte>> Call(Target target, ReadOnlyMemory<byte> input, CallOptions? options = null) =>
        CallFuture(target, input, options).Wait();

    /// <summary>Calls a handler and waits for its answer; both sides are JSON unless serdes say otherwise.</summary>
    /// <typeparam name="TInput">The request's type.</typeparam>
    /// <typeparam name="TOutput">The answer's type.</typeparam>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request.</param>
    /// <param name="options">Idempotency key, headers, name.</param>
    /// <param name="inputSerde">How the request is written; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="outputSerde">How the answer is read; <see cref="Serde.Default{T}"/> when null.</param>
    /// <exception cref="TerminalException">The callee failed, or this invocation was cancelled.</exception>
    public ValueTask<TOutput> Call<TInput, TOutput>(
        Target target,
        TInput input,
        CallOptions? options = null,
        Serde<TInput>? inputSerde = null,
        Serde<TOutput>? outputSerde = null) => CallFuture(target, input, options, inputSerde, outputSerde).Wait();

    /// <summary>A call that is made now and whose answer is not awaited yet.</summary>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request body.</param>
    /// <param name="options">Idempotency key, headers, name.</param>
    public DurableCall<ReadOnlyMemory<byte>> CallFuture(Target target, ReadOnlyMemory<byte> input, CallOptions? options = null) =>
        CallFuture(target, input, options, Serde.Bytes, Serde.Bytes);

    /// <summary>A call that is made now and whose answer is not awaited yet.</summary>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request.</param>
    /// <param name="options">Idempotency key, headers, name.</param>
    /// <typeparam name="TInput">The request's type.</typeparam>
    /// <typeparam name="TOutput">The answer's type.</typeparam>
    /// <param name="inputSerde">How the request is written; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="outputSerde">How the answer is read; <see cref="Serde.Default{T}"/> when null.</param>
    public abstract DurableCall<TOutput> CallFuture<TInput, TOutput>(
        Target target,
        TInput input,
        CallOptions? options = null,
        Serde<TInput>? inputSerde = null,
        Serde<TOutput>? outputSerde = null);

    /// <summary>Starts a handler, now or later, without waiting for its answer.</summary>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request body.</param>
    /// <param name="options">Delay, idempotency key, headers, name.</param>
    public abstract SendHandle Send(Target target, ReadOnlyMemory<byte> input, SendOptions? options = null);

    /// <summary>Starts a handler, now or later, without waiting for its answer.</summary>
    /// <typeparam name="TInput">The request's type.</typeparam>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request.</param>
    /// <param name="serde">How the request is written.</param>
    /// <param name="options">Delay, idempotency key, headers, name.</param>
    public SendHandle Send<TInput>(Target target, TInput input, Serde<TInput> serde, SendOptions? options = null) =>
        Send(target, serde.Serialize(input), options);

    /// <summary>Cancels another invocation: its next await throws.</summary>
    /// <param name="invocationId">Its id.</param>
    public abstract void CancelInvocation(string invocationId);

    /// <summary>The answer of an invocation that is running or has ended.</summary>
    /// <typeparam name="T">The answer's type.</typeparam>
    /// <param name="invocationId">Its id.</param>
    /// <param name="serde">How the answer is read; <see cref="Serde.Default{T}"/> when null.</param>
    public abstract DurableFuture<T> AttachInvocation<T>(string invocationId, Serde<T>? serde = null);

    /// <summary>The answer of an invocation if it has ended, without waiting for the end; a missing output gives <c>HasValue</c> false.</summary>
    /// <param name="invocationId">Its id.</param>
    public abstract DurableFuture<ReadOnlyMemory<byte>?> GetInvocationOutput(string invocationId);

    /// <summary>A signal to this invocation, by name.</summary>
    /// <remarks>
    /// Best one name for one signal. Who awaits a name again gets the next signal; but the server takes a suspended invocation for ready
    /// once the journal has any signal of the name, so until the next one comes it resumes it hundreds of times a second.
    /// </remarks>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="name">The signal's name.</param>
    /// <param name="serde">How the value is read; <see cref="Serde.Default{T}"/> when null.</param>
    public abstract DurableFuture<T> Signal<T>(string name, Serde<T>? serde = null);

    /// <summary>Sends a named signal to another invocation.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="invocationId">The other invocation's id.</param>
    /// <param name="name">The signal's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="serde">How the value is written; <see cref="Serde.Default{T}"/> when null.</param>
    public abstract void SendSignal<T>(string invocationId, string name, T value, Serde<T>? serde = null);

    /// <summary>Sends a named signal that fails to another invocation.</summary>
    /// <param name="invocationId">The other invocation's id.</param>
    /// <param name="name">The signal's name.</param>
    /// <param name="failure">The failure.</param>
    public abstract void SendSignal(string invocationId, string name, TerminalException failure);
}
