using System.Text.Json;
using Machines.Runtime;
using Restate.Sdk;
using Statecharts;

namespace Machines;

/// <summary>
/// A request to an instance of another machine, invoked like a promise: sends it one event, exactly once, and ends with what its snapshot
/// says when the event was processed or, with a condition, once that is met. The instance stays as it is; one that is not there is
/// created if its machine lets events create it.
/// </summary>
/// <typeparam name="TInput">What it is invoked with; the key and the event are made of it.</typeparam>
/// <typeparam name="TOutput">What it ends with.</typeparam>
/// <remarks>
/// What the other machine refuses is the <c>OnError</c> of the state that invoked it, with its code and message: 400 for an event that
/// does not fit, 404 for no such instance, 408 when the wait timed out, 410 for one that was disposed of, 412 when the condition can no longer
/// be met. Leaving the state withdraws the event unless it was processed, and ends the wait.
/// </remarks>
/// <example>
/// <code>
/// static readonly MachineRequest&lt;string, int&gt; Reserve = new(
///     "reserve", "stock", key: sku => sku, message: _ => new Take(), answer: stock => stock.Context&lt;Stock&gt;().Left);
/// …
/// machine.Configure(OrderState.Reserving).Invoke(Reserve, order => order.Sku).OnDone(OrderState.Reserved).OnError(OrderState.SoldOut)
/// </code>
/// </example>
public sealed class MachineRequest<TInput, TOutput> : PromiseActor<TInput, TOutput>, IDurablePromise
{
    private readonly string _machine;
    private readonly Func<TInput, string> _key;
    private readonly Func<TInput, object> _message;
    private readonly Func<RemoteSnapshot, TOutput> _answer;
    private readonly string? _condition;
    private readonly TimeSpan? _timeout;

    /// <param name="name">The name that snapshots refer to it by; distinct among the promises of a machine.</param>
    /// <param name="machine">The other machine's name, which is its virtual object's.</param>
    /// <param name="key">The key of the instance.</param>
    /// <param name="message">The event: a message, whose type's name is the event's in SCREAMING_SNAKE_CASE, or an <see cref="Event"/>.</param>
    /// <param name="answer">What to make of the snapshot; what it throws rejects the request.</param>
    /// <param name="condition">
    /// What the other instance must come to, as <c>waitFor</c> takes it: <c>done</c>, <c>hasTag:…</c>, <c>matches:…</c> or <c>revision:…</c>; null for
    /// the snapshot right after the event.
    /// </param>
    /// <param name="timeout">How long that may take; null for any time.</param>
    /// <exception cref="ArgumentException">The condition is none, or there is a timeout without a condition, or it is negative.</exception>
    public MachineRequest(
        string name,
        string machine,
        Func<TInput, string> key,
        Func<TInput, object> message,
        Func<RemoteSnapshot, TOutput> answer,
        string? condition = null,
        TimeSpan? timeout = null)
        : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(machine);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(answer);
        if (condition is not null && WaitCondition.Parse(condition) is null)
            throw new ArgumentException(WaitCondition.Problem(condition), nameof(condition));
        if (timeout is not null && (condition is null || timeout < TimeSpan.Zero))
            throw new ArgumentException("A timeout is that of a condition, and not negative.", nameof(timeout));
        _machine = machine;
        _key = key;
        _message = message;
        _answer = answer;
        _condition = condition;
        _timeout = timeout;
    }

    InvocationRetryPolicy? IDurablePromise.Retry => null;

    async ValueTask<object?> IDurablePromise.RunAsync(SharedObjectContext context, string token, DataModel model, object? input)
    {
        var request = (TInput)input!;
        var handler = _condition is null ? Handlers.Send : Handlers.WaitFor;
        var answer = await context.Call(Target.Object(_machine, _key(request), handler), RequestJson.Write(json =>
        {
            json.WritePropertyName("event");
            model.WriteEvent(json, model.ToEvent(_message(request)));
            if (_condition is not null)
                json.WriteString("condition", _condition);
            if (_timeout is { } timeout)
                json.WriteNumber("timeout", timeout.TotalMilliseconds);
        }));
        return _answer(new RemoteSnapshot(JsonElement.Parse(answer.Span), model));
    }
}
